// Runs the collector in a PHP of another version, compiled to WebAssembly: without network and
// without processes, so what is looked at is the language, not the world around it.
//
//   node php_wasm.mjs MODULES VERSION COLLECTOR CONFIG ARGUMENT
//
// prints what the collector prints.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [modules, version, collector, config, argument] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/x.js`));
const { PHP, loadPHPRuntime } = await import(pathToFileURL(require.resolve('@php-wasm/universal')));
const { getPHPLoaderModule } = await import(
	pathToFileURL(require.resolve(`@php-wasm/node-${version}`))
);
const php = new PHP(await loadPHPRuntime(await getPHPLoaderModule(), {}));
for (const folder of ['', '/wp-includes', '/wp-content', '/wp-content/uploads', '/wp-content/uploads/wu-logs']) {
	php.mkdir(`/site${folder}`);
}
php.writeFile('/site/wp-includes/version.php', "<?php\n$wp_version = '7.1.1';\n");
php.writeFile('/site/wp-config.php', readFileSync(config));
php.writeFile(
	'/site/wp-content/uploads/wu-logs/integration-closte.log',
	'[2026-01-01 00:00:00] [INFO] Using API key (first 10 chars): WRONGKEY-f...\n'
);
// Here PHP has one way out, and it packs nothing that this could not read.
const source = readFileSync(collector, 'utf8')
	.replace('php://stdout', 'php://output')
	.replace(/const COMPRESS_FROM = \d+/, 'const COMPRESS_FROM = PHP_INT_MAX');
php.writeFile('/collector.php', source);
const run = await php.run({
	code: `<?php error_reporting(-1); $argv = array('-', '${argument}', '/site'); eval('?>' . file_get_contents('/collector.php'));`,
});
process.stdout.write(Buffer.from(run.bytes));
process.stderr.write(run.errors);
process.exit(run.exitCode);
