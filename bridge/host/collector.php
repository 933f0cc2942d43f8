<?php
/**
 * closte-doctor's look at one WordPress network, taken on its own server before WordPress is loaded.
 *
 * It is sent on stdin to `wp eval-file - --skip-wordpress`, or to plain `php` where there is no WP-CLI,
 * and read top to bottom it is everything that runs there:
 *
 *   1. Writer     puts sections on stdout, each framed by a nonce, its name, length and checksum
 *   2. Masker     finds the values of secrets in whatever is about to be sent
 *   3. Config     finds wp-config.php and evaluates it without the line that starts WordPress
 *   4. Database   a session of our own that the server itself keeps read-only
 *   5. Logs       the plugin's log folder, newest first, within a budget
 *   6. Api        the two reading calls of the Closte API, as the plugin would make them
 *   7. Resolver   how this server resolves the mapped domains
 *   8. Collector  the stages in their order, and what happens when one of them dies
 *
 * It changes nothing: no file is written, no row, no option, no cache, and WordPress is not started
 * unless `--runtime` asked for that (then last, and without WP-Cron). Its one argument is JSON in
 * base64url: data, never text of a command. PHP 7.4 to 8.5; no file of the site is included but
 * wp-config.php, and that as `wp config` does it.
 */

/** Sections on stdout. Written past PHP's output buffers, so that no handler of the site meets them. */
final class Closte_Doctor_Writer {

	const COMPRESS_FROM = 4096;
	const BATCH         = 65536;

	private $nonce;
	private $stream;
	private $masker;
	/** @var bool while true, small sections wait for each other: thousands of them would be as many packets. */
	public $is_batching = false;
	private $waiting = '';
	/** @var bool false when nobody reads any more: then nothing needs to be done either. */
	public $open = true;
	/** @var int rows and strings that JSON could hold only in part, or not at all. */
	public $bent = 0;

	public function __construct( $nonce, Closte_Doctor_Masker $masker ) {
		$this->nonce  = $nonce;
		$this->masker = $masker;
		$this->stream = fopen( 'php://stdout', 'wb' );
	}

	/** One value as JSON, masked. */
	public function json( $name, $value ) {
		$json = $this->encode( $value );
		if ( null !== $json ) {
			$this->bytes( $name, $json );
		}
	}

	/** Rows as one JSON array; a row that JSON cannot hold is left out alone, and counted. */
	public function rows( $name, array $rows ) {
		$parts = array();
		foreach ( $rows as $row ) {
			$json = $this->encode( $row );
			if ( null !== $json ) {
				$parts[] = $json;
			}
		}
		$this->bytes( $name, '[' . implode( ',', $parts ) . ']' );
	}

	/** JSON of a masked value, or null. A byte that is no UTF-8 becomes U+FFFD, and is counted. */
	private function encode( $value ) {
		$flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION;
		$json  = json_encode( $value, $flags );
		if ( false === $json ) {
			++$this->bent;
			$json = json_encode( $value, $flags | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PARTIAL_OUTPUT_ON_ERROR );
			if ( false === $json || 'null' === $json ) {
				return null;
			}
		}
		if ( $this->masker->touches( $json ) ) {
			$json = null;
			$json = json_encode( $this->masker->mask_value( $value ), $flags | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PARTIAL_OUTPUT_ON_ERROR );
			if ( false !== $json && $this->masker->touches( $json ) ) {
				// A secret where only names stand: then they go too, or else the whole.
				$json = $this->masker->mask( $json );
				$json = null === json_decode( $json ) ? false : $json;
			}
		}
		return false === $json ? null : $json;
	}

	/** Bytes that have been masked already. */
	public function bytes( $name, $payload ) {
		if ( ! $this->open ) {
			return;
		}
		$encoding = 'plain';
		if ( strlen( $payload ) >= self::COMPRESS_FROM && function_exists( 'gzcompress' ) ) {
			$packed = gzcompress( $payload, 1 );
			if ( false !== $packed ) {
				$payload  = $packed;
				$encoding = 'zlib';
			}
		}
		$this->waiting .= sprintf( "\n@@%s %s %s %d %s\n", $this->nonce, $name, $encoding, strlen( $payload ), hash( 'crc32b', $payload ) );
		$this->waiting .= $payload;
		if ( ! $this->is_batching || strlen( $this->waiting ) >= self::BATCH ) {
			$this->flush();
		}
	}

	/** Send what waits. */
	public function flush() {
		$waiting       = $this->waiting;
		$this->waiting = '';
		$this->write( $waiting );
	}

	private function write( $bytes ) {
		$length = strlen( $bytes );
		for ( $done = 0; $this->open && $done < $length; ) {
			$written = fwrite( $this->stream, 0 === $done ? $bytes : substr( $bytes, $done ) );
			if ( false === $written || 0 === $written ) {
				$this->open = false;
				return;
			}
			$done += $written;
		}
		fflush( $this->stream );
	}
}

/**
 * The values of secrets, and how they are found: plain, JSON-escaped, URL-encoded, HTML-escaped, whole
 * or as a prefix of ten characters or more. Beside them keys in query strings, authorization headers and
 * e-mail addresses.
 */
final class Closte_Doctor_Masker {

	const SHORTEST = 8;
	const PREFIX   = 10;
	const LONGEST_PATTERN = 20000;
	const SECRETS  = '/(_KEY|_SALT|_SECRET|_PASSWORD|_TOKEN)$/i';
	/** Never quoted by the plugin or PHP as text, and far too common to be searched for. */
	const PUBLIC_NAMES = array( 'DB_NAME', 'DB_USER', 'DB_HOST', 'DB_CHARSET', 'DB_COLLATE' );

	/** What is known by its place. */
	const PLACES = array(
		'parameter' => '(?<parameter>(?:(?<=[?&;])(?:key|[a-z0-9_.-]{0,40}(?:nonce|token)[a-z0-9_.-]{0,40})|(?<![a-z0-9_])apikey)=)(?<value>(?!\\[redacted:)[^&\s"\'<>\\\\;]{1,512})',
		'plugin'    => '(?<plugin>(?-i:Using API key \(first 10 chars\): ))(?<begun>(?!\[redacted:|\.\.\.[ \t]*(?:[\r\n]|\z))(?:(?:(?!"\s{0,5}[,:\]}])[\s\S]){0,10}?\.\.\.|[^\r\n"\\\\<]{1,512}))',
		'header'    => '(?<header>\bauthorization["\']?\s{0,3}[:=]\s{0,3}["\']?)(?<credentials>(?!\\[redacted:)(?:[a-z]{1,20} )?[^\s"\'<>\\\\,]{1,512})',
		'email'     => '(?<email>(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}+@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+)',
	);

	/** @var list<array{0:string,1:list<list<string>>}> name, and per character every way it can stand in a text */
	private $secrets = array();
	/** @var array<string,string> by the places that are looked for beside the secrets */
	private $patterns = array();
	private $longest = 1024;

	/** Is a constant, option or setting of this name a secret? */
	public static function is_secret( $name ) {
		return 1 === preg_match( self::SECRETS, $name ) && ! in_array( $name, self::PUBLIC_NAMES, true );
	}

	/** Search for this value from now on. */
	public function add( $name, $value ) {
		if ( is_array( $value ) ) {
			foreach ( $value as $inner ) {
				$this->add( $name, $inner );
			}
			return;
		}
		if ( ! is_string( $value ) && ! is_int( $value ) && ! is_float( $value ) ) {
			return;
		}
		$value = (string) $value;
		foreach ( array_unique( array( $value, trim( $value ) ) ) as $text ) {
			$characters = preg_split( '//u', $text, -1, PREG_SPLIT_NO_EMPTY );
			if ( false === $characters ) {
				$characters = str_split( $text );
			}
			if ( count( $characters ) < self::SHORTEST ) {
				continue;
			}
			$forms           = array_map( array( __CLASS__, 'forms' ), $characters );
			$this->secrets[] = array( $name, $forms );
			$longest         = 0;
			foreach ( $forms as $ways ) {
				$longest += max( array_map( 'strlen', $ways ) );
			}
			$this->longest = max( $this->longest, $longest );
		}
		$this->patterns = array();
	}

	/** How one character can stand in a log, a body, a URL or a page, each also escaped twice. @return list<string> */
	private static function forms( $character ) {
		static $known = array();
		if ( ! isset( $known[ $character ] ) ) {
			$known[ $character ] = self::ways( $character );
		}
		return $known[ $character ];
	}

	/** @return list<string> the longest first */
	private static function ways( $character ) {
		if ( 1 === preg_match( '/^[A-Za-z0-9]$/D', $character ) ) {
			return array( $character );
		}
		$ways = array( $character, rawurlencode( $character ), urlencode( $character ), rawurlencode( rawurlencode( $character ) ) );
		foreach ( array( 0, JSON_UNESCAPED_SLASHES, JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT ) as $flags ) {
			$once   = substr( (string) json_encode( $character, $flags | JSON_INVALID_UTF8_SUBSTITUTE ), 1, -1 );
			$ways[] = $once;
			$ways[] = strtolower( $once );
			$ways[] = substr( (string) json_encode( $once, $flags ), 1, -1 );
		}
		$html = htmlspecialchars( $character, ENT_QUOTES );
		$ways = array_merge( $ways, array( $html, htmlspecialchars( $html ) ) );
		$code = 1 === strlen( $character ) ? ord( $character ) : ( function_exists( 'mb_ord' ) ? (int) mb_ord( $character, 'UTF-8' ) : 0 );
		if ( $code > 0 ) {
			$ways = array_merge( $ways, array( "&#$code;", "&#0$code;", sprintf( '&#x%x;', $code ), sprintf( '&#x%X;', $code ) ) );
		}
		if ( "'" === $character ) {
			// HTML 5, and PHP's own quoting (var_export, addslashes).
			array_push( $ways, '&apos;', "\\'", "\\\\'" );
		}
		if ( strlen( $character ) > 1 ) {
			$ways[] = htmlentities( $character, ENT_QUOTES | ENT_HTML401 | ENT_SUBSTITUTE, 'UTF-8' );
			$ways[] = htmlentities( $character, ENT_QUOTES | ENT_HTML5 | ENT_SUBSTITUTE, 'UTF-8' );
		}
		foreach ( $ways as $way ) {
			if ( 0 === strpos( $way, '%' ) ) {
				$ways[] = strtolower( $way );
			}
		}
		$ways = array_values( array_unique( array_filter( $ways, 'strlen' ) ) );
		usort(
			$ways,
			static function ( $a, $b ) {
				return strlen( $b ) - strlen( $a );
			}
		);
		return $ways;
	}

	/** The first characters of each secret, in any form, as one alternation. */
	private function beginnings() {
		// PCRE compiles no more than 64 KiB, and many secrets of many forms are more than that: then fewer
		// characters of each have to do, as what follows is looked at anyway.
		for ( $count = self::PREFIX; $count > 0; --$count ) {
			$begun = array();
			foreach ( $this->secrets as $secret ) {
				$begun[] = implode( '', array_map( array( __CLASS__, 'any_of' ), array_slice( $secret[1], 0, $count ) ) );
			}
			$pattern = implode( '|', array_unique( $begun ) );
			if ( strlen( $pattern ) <= ( $count > 3 ? self::LONGEST_PATTERN : 2 * self::LONGEST_PATTERN ) ) {
				break;
			}
		}
		return $pattern;
	}

	private static function any_of( array $ways ) {
		$quoted = array();
		foreach ( $ways as $way ) {
			$quoted[] = preg_quote( $way, '~' );
		}
		return 1 === count( $quoted ) ? $quoted[0] : '(?:' . implode( '|', $quoted ) . ')';
	}

	/**
	 * What is looked for in a text: the secrets, and of the rest what has its sign there at all. All of it at
	 * once is tried at every letter of a log and takes five times as long.
	 */
	private function pattern( $text ) {
		$signs = array(
			'parameter' => false !== strpos( $text, '=' ) && ( false !== stripos( $text, 'key=' ) || false !== stripos( $text, 'nonce' ) || false !== stripos( $text, 'token' ) ),
			'plugin'    => false !== strpos( $text, 'Using API key (first 10 chars): ' ),
			'header'    => false !== stripos( $text, 'authorization' ),
			'email'     => false !== strpos( $text, '@' ),
		);
		$kinds = implode( ' ', array_keys( array_filter( $signs ) ) );
		if ( ! isset( $this->patterns[ $kinds ] ) ) {
			$all = array_filter( array( 'secret' => $this->secrets ? '(?<secret>(?-i:' . $this->beginnings() . '))' : '' ) );
			$all = $all + array_intersect_key( self::PLACES, array_filter( $signs ) );

			$this->patterns[ $kinds ] = '~' . ( $all ? implode( '|', $all ) : '(?!)' ) . '~i';
		}
		return $this->patterns[ $kinds ];
	}

	/** Is there anything to mask in this text? */
	public function touches( $text ) {
		return 0 !== preg_match( $this->pattern( $text ), $text );
	}

	/** The text with everything masked. */
	public function mask( $text ) {
		$masked = $this->mask_from( (string) $text, true );
		return $masked[0];
	}

	/** Strings of a value, and of all within it. Names stay, but those that are a secret's text. */
	public function mask_value( $value ) {
		if ( is_string( $value ) ) {
			return $this->mask( $value );
		}
		if ( is_array( $value ) ) {
			return array_map( array( $this, 'mask_value' ), $value );
		}
		if ( is_object( $value ) ) {
			return (object) array_map( array( $this, 'mask_value' ), get_object_vars( $value ) );
		}
		return $value;
	}

	/**
	 * A piece of a stream: what is safe to send, and what must be looked at again with what follows,
	 * since a secret can lie across the edge. @return array{0:string,1:string}
	 */
	public function mask_from( $text, $is_last ) {
		$length  = strlen( $text );
		$pattern = $this->pattern( $text );
		$edge    = $is_last ? $length : $this->edge( $text, max( 0, $length - $this->longest ) );
		$masked  = '';
		$at      = 0;
		while ( $at < $edge ) {
			$hits = preg_match( $pattern, $text, $found, PREG_OFFSET_CAPTURE, $at );
			if ( false === $hits ) {
				// PCRE gave up (a limit of php.ini): what was not searched is not sent.
				$masked .= '[redacted:not-searched]';
				$at      = $edge;
				break;
			}
			if ( 1 !== $hits || $found[0][1] >= $edge ) {
				$masked .= substr( $text, $at, $edge - $at );
				$at      = $edge;
				break;
			}
			$start = $found[0][1];
			$taken = $this->replacement( $found, $text );
			if ( null === $taken ) {
				$masked .= substr( $text, $at, $start + 1 - $at );
				$at      = $start + 1;
				continue;
			}
			$masked .= substr( $text, $at, $start - $at ) . $taken[0];
			$at      = $start + $taken[1];
		}
		return array( $masked, (string) substr( $text, $at ) );
	}

	/** A good place to cut, at or before this one: after a line, else after a word. */
	private function edge( $text, $latest ) {
		$line = $latest > 0 ? strrpos( substr( $text, 0, $latest ), "\n" ) : false;
		if ( false !== $line ) {
			return $line + 1;
		}
		while ( $latest > 0 && false !== strpos( '?&;', $text[ $latest - 1 ] ) ) {
			--$latest;
		}
		return $latest;
	}

	/** What stands for a match, and how many bytes it stands for. @return array{0:string,1:int}|null */
	private function replacement( array $found, $text ) {
		if ( isset( $found['secret'] ) && '' !== $found['secret'][0] && $found['secret'][1] >= 0 ) {
			return $this->secret( $text, $found['secret'][1] );
		}
		$whole = strlen( $found[0][0] );
		if ( isset( $found['parameter'] ) && '' !== $found['parameter'][0] ) {
			// A secret that is known is masked by its own name.
			return null !== $this->secret( $text, $found['value'][1] ) ? null : array( $found['parameter'][0] . '[redacted:' . self::kind( $found['parameter'][0] ) . ']', $whole );
		}
		if ( isset( $found['plugin'] ) && '' !== $found['plugin'][0] ) {
			// The plugin cuts after ten bytes: of a key with other characters in it, that are fewer of them.
			return null !== $this->secret( $text, $found['begun'][1] ) ? null : array( $found['plugin'][0] . '[redacted:' . Closte_Doctor_Collector::API_KEY . ':first-10]...', $whole );
		}
		if ( isset( $found['header'] ) && '' !== $found['header'][0] ) {
			return null !== $this->secret( $text, $found['credentials'][1] ) ? null : array( $found['header'][0] . '[redacted:authorization]', $whole );
		}
		return array( '[redacted:e-mail]', $whole );
	}

	/** Which kind of parameter it is, for the mark. */
	private static function kind( $parameter ) {
		foreach ( array( 'nonce', 'token', 'apikey' ) as $kind ) {
			if ( false !== stripos( $parameter, $kind ) ) {
				return $kind;
			}
		}
		return 'key';
	}

	/** The secret whose beginning stands here: all of it, or as much as is there. @return array{0:string,1:int}|null */
	private function secret( $text, $start ) {
		$best = null;
		foreach ( $this->secrets as $secret ) {
			list( $name, $characters ) = $secret;
			$there = 0;
			$bytes = 0;
			foreach ( $characters as $ways ) {
				$step = 0;
				foreach ( $ways as $way ) {
					if ( 0 === strncmp( substr( $text, $start + $bytes, strlen( $way ) ), $way, strlen( $way ) ) ) {
						$step = strlen( $way );
						break;
					}
				}
				if ( 0 === $step ) {
					break;
				}
				$bytes += $step;
				++$there;
			}
			$is_whole = count( $characters ) === $there;
			if ( ( $is_whole || $there >= self::PREFIX ) && ( null === $best || $bytes > $best[1] ) ) {
				$best = array( $is_whole ? "[redacted:$name]" : "[redacted:$name:first-$there]", $bytes );
			}
		}
		return $best;
	}
}

/** wp-config.php: found and evaluated as WP-CLI does, without the line that starts WordPress. */
final class Closte_Doctor_Config {

	const SETTINGS_LINE = '/\s*require(?:_once)?\s*.*wp-settings\.php.*\s*;/';
	const LOADERS       = '/wp-(settings|load|blog-header)\.php/';

	/** @var string|null */
	public $path = null;
	/** @var string the file as it is, without a byte order mark */
	public $text = '';
	/** @var string none · evaluated · partial · static */
	public $state = 'none';
	/** @var bool while WP-CLI is asked for the code; still true where it ended the run instead */
	public $is_asking = false;
	/** @var list<string> names of constants that were defined before */
	private $before = array();
	/** @var string */
	private static $code = '';

	/** As WP-CLI's locate_wp_config: the environment, the folder, one folder up. */
	public function find() {
		$named = getenv( 'WP_CONFIG_PATH' );
		$above = dirname( rtrim( ABSPATH, '/' ) );
		if ( $named && file_exists( $named ) ) {
			$this->path = $named;
		} elseif ( file_exists( ABSPATH . 'wp-config.php' ) ) {
			$this->path = ABSPATH . 'wp-config.php';
		} elseif ( file_exists( $above . '/wp-config.php' ) && ! file_exists( $above . '/wp-settings.php' ) ) {
			$this->path = $above . '/wp-config.php';
		}
		return $this->path;
	}

	/** Its text; false where it cannot be read. */
	public function read() {
		$text = is_readable( $this->path ) ? file_get_contents( $this->path ) : false;
		if ( false === $text ) {
			return false;
		}
		$this->text = (string) preg_replace( '/^(\xEF\xBB\xBF)+/', '', $text );
		return true;
	}

	/** Does it load wp-settings.php itself, in a line that WP-CLI's pattern takes out? */
	public function is_usual() {
		if ( 1 !== preg_match( self::SETTINGS_LINE, $this->text ) ) {
			return false;
		}
		if ( ! function_exists( 'token_get_all' ) ) {
			return true;
		}
		// The pattern finds words in a comment as well; then WordPress is started somewhere else.
		return $this->starts( $this->text ) && ! $this->starts( (string) preg_replace( self::SETTINGS_LINE, '', $this->text ) );
	}

	/** Lines of the statements that load wp-settings.php. @return list<int> */
	private function starts( $text ) {
		$lines = array();
		$line  = 0;
		$names = '';
		foreach ( token_get_all( $text ) as $token ) {
			$is = is_array( $token ) ? $token[0] : null;
			if ( 0 === $line && in_array( $is, array( T_INCLUDE, T_INCLUDE_ONCE, T_REQUIRE, T_REQUIRE_ONCE ), true ) ) {
				$line  = $token[2];
				$names = '';
			} elseif ( ';' === $token || T_CLOSE_TAG === $is ) {
				if ( $line > 0 && false !== strpos( $names, 'wp-settings.php' ) ) {
					$lines[] = $line;
				}
				$line = 0;
			} elseif ( ! in_array( $is, array( T_COMMENT, T_DOC_COMMENT ), true ) ) {
				$names .= is_array( $token ) ? $token[1] : $token;
			}
		}
		return $lines;
	}

	/** The code to evaluate, or null where that cannot be done without starting WordPress. */
	public function code() {
		if ( $this->is_usual() ) {
			if ( ! $this->is_asking && class_exists( 'WP_CLI' ) && method_exists( 'WP_CLI', 'get_runner' ) ) {
				// Older versions know fewer ways to write the wp-settings line, and then end the run.
				$this->is_asking = true;
				$code            = WP_CLI::get_runner()->get_wp_config_code();
				$this->is_asking = false;
				return $code;
			}
			return $this->prepared( $this->text, $this->path );
		}
		return $this->without_loader( $this->text, $this->path, 0 );
	}

	/** The text of a config file, ready for eval: its own place written into it, wp-settings left out. */
	private function prepared( $text, $path ) {
		$text = (string) preg_replace( self::SETTINGS_LINE, '', $text );
		return (string) preg_replace( '|^\s*\<\?php\s*|', '', $this->placed( $text, $path ) );
	}

	/** __FILE__ and __DIR__ as the file's own, outside of strings and comments. */
	private function placed( $text, $path ) {
		$file = var_export( (string) realpath( $path ), true );
		$dir  = var_export( dirname( (string) realpath( $path ) ), true );
		if ( ! function_exists( 'token_get_all' ) ) {
			return (string) preg_replace( array( '/\b__FILE__\b/', '/\b__DIR__\b/' ), array( $file, $dir ), $text );
		}
		$out = '';
		foreach ( token_get_all( $text ) as $token ) {
			$is   = is_array( $token ) ? $token[0] : null;
			$out .= T_FILE === $is ? $file : ( T_DIR === $is ? $dir : ( is_array( $token ) ? $token[1] : $token ) );
		}
		return $out;
	}

	/**
	 * The code of a wp-config.php that includes what starts WordPress ("Strange wp-config.php file").
	 * Each included file that leads there is put in its place, without that line; null where an include
	 * cannot be followed, because then nobody knows whether it starts WordPress.
	 */
	private function without_loader( $text, $path, $depth ) {
		if ( $depth > 5 || ! function_exists( 'token_get_all' ) ) {
			return null;
		}
		$text = (string) preg_replace( self::SETTINGS_LINE, '', $text );
		$out  = '';
		foreach ( $this->statements( $text ) as $statement ) {
			list( $code, $is_include ) = $statement;
			if ( ! $is_include ) {
				$out .= $code;
				continue;
			}
			$target = $this->included_path( $code, $path );
			if ( null === $target ) {
				return null;
			}
			if ( 1 === preg_match( self::LOADERS, basename( $target ) ) ) {
				continue;
			}
			$inner = is_readable( $target ) ? (string) file_get_contents( $target ) : '';
			if ( 0 === preg_match( self::LOADERS, $inner ) && 0 === preg_match( '/\b(require|include)(_once)?\b/', $inner ) ) {
				$out .= $code;
				continue;
			}
			$inner = $this->without_loader( $inner, $target, $depth + 1 );
			if ( null === $inner ) {
				return null;
			}
			$out .= ' ' . $inner . ( 1 === preg_match( '/\?>\s*$/', $inner ) ? '<?php ' : "\n" );
		}
		return (string) preg_replace( '|^\s*\<\?php\s*|', '', $this->placed( $out, $path ) );
	}

	/** The text cut at its include statements. @return list<array{0:string,1:bool}> */
	private function statements( $text ) {
		$kinds   = array( T_INCLUDE, T_INCLUDE_ONCE, T_REQUIRE, T_REQUIRE_ONCE );
		$parts   = array();
		$code    = '';
		$include = false;
		foreach ( token_get_all( $text ) as $token ) {
			$is = is_array( $token ) ? $token[0] : null;
			if ( in_array( $is, $kinds, true ) && ! $include ) {
				$parts[] = array( $code, false );
				$code    = '';
				$include = true;
			}
			$code .= is_array( $token ) ? $token[1] : $token;
			if ( $include && ( ';' === $token || T_CLOSE_TAG === $is ) ) {
				$parts[] = array( $code, true );
				$code    = T_CLOSE_TAG === $is ? '?>' : '';
				$include = false;
			}
		}
		$parts[] = array( $code, $include );
		return $parts;
	}

	/** The file that an include statement names by text, __DIR__, __FILE__ and ABSPATH alone; else null. */
	private function included_path( $statement, $path ) {
		$kinds = array( T_WHITESPACE, T_OPEN_TAG, T_CLOSE_TAG, T_COMMENT, T_INCLUDE, T_INCLUDE_ONCE, T_REQUIRE, T_REQUIRE_ONCE );
		$own   = (string) realpath( $path );
		$found = '';
		$up    = 0;
		foreach ( token_get_all( '<?php ' . $statement ) as $token ) {
			$is   = is_array( $token ) ? $token[0] : null;
			$text = is_array( $token ) ? $token[1] : $token;
			if ( in_array( $is, $kinds, true ) || in_array( $text, array( '.', '(', ')', ';' ), true ) ) {
				continue;
			}
			if ( T_STRING === $is && 'dirname' === strtolower( $text ) ) {
				++$up;
				continue;
			}
			if ( T_DIR === $is || T_FILE === $is ) {
				$piece = T_DIR === $is ? dirname( $own ) : $own;
				for ( ; $up > 0; --$up ) {
					$piece = dirname( $piece );
				}
			} elseif ( T_STRING === $is && 'ABSPATH' === $text ) {
				$piece = ABSPATH;
			} elseif ( T_CONSTANT_ENCAPSED_STRING === $is && false === strpos( $text, '\\' ) ) {
				$piece = substr( $text, 1, -1 );
			} else {
				return null;
			}
			if ( $up > 0 ) {
				return null;
			}
			$found .= $piece;
		}
		return '' === $found || '/' === $found[0] ? $found : dirname( $own ) . '/' . $found;
	}

	/** Constants and $table_prefix that stand in the text as plain values, in their order. */
	public function literals() {
		if ( ! function_exists( 'token_get_all' ) ) {
			return array();
		}
		$found = array();
		$words = array();
		foreach ( token_get_all( $this->text ) as $token ) {
			$is = is_array( $token ) ? $token[0] : null;
			if ( in_array( $is, array( T_WHITESPACE, T_COMMENT, T_DOC_COMMENT ), true ) ) {
				continue;
			}
			$words[] = is_array( $token ) ? array( $is, $token[1], $token[2] ) : array( null, $token, 0 );
		}
		foreach ( $words as $i => $word ) {
			if ( T_STRING === $word[0] && 'define' === strtolower( $word[1] ) && isset( $words[ $i + 5 ] ) && '(' === $words[ $i + 1 ][1] && ',' === $words[ $i + 3 ][1] ) {
				$name = $this->literal( $words[ $i + 2 ] );
				if ( is_string( $name ) && ! isset( $found[ $name ] ) ) {
					$value          = ')' === $words[ $i + 5 ][1] ? $this->literal( $words[ $i + 4 ] ) : null;
					$found[ $name ] = array( $value, $word[2] );
				}
			}
		}
		return $found;
	}

	private function literal( array $word ) {
		if ( T_CONSTANT_ENCAPSED_STRING === $word[0] ) {
			return stripslashes( substr( $word[1], 1, -1 ) );
		}
		if ( T_LNUMBER === $word[0] ) {
			return (int) $word[1];
		}
		$known = array(
			'true'  => true,
			'false' => false,
		);
		$lower = strtolower( $word[1] );
		return isset( $known[ $lower ] ) ? $known[ $lower ] : null;
	}

	/** Does the first `define()` of this name stand behind the line that starts WordPress? */
	public function defines_late( $name ) {
		$literals = $this->literals();
		$settings = $this->line_of_settings();
		return isset( $literals[ $name ] ) && $settings > 0 && $literals[ $name ][1] > $settings;
	}

	/** Lines of the file that its evaluated code has lost in front: `<?php` and empty lines. */
	private function lost_lines() {
		return 1 === preg_match( '|^\s*\<\?php\s*|', $this->text, $head ) ? substr_count( $head[0], "\n" ) : 0;
	}

	/** The line of the file for a line of the evaluated code, from which WP-CLI's pattern was taken out. */
	public function line( $evaluated ) {
		$line = $evaluated + $this->lost_lines();
		preg_match_all( self::SETTINGS_LINE, $this->text, $found, PREG_OFFSET_CAPTURE );
		foreach ( $found[0] as $cut ) {
			if ( $line > substr_count( $this->text, "\n", 0, $cut[1] ) + 1 ) {
				$line += substr_count( $cut[0], "\n" );
			}
		}
		return $line;
	}

	/** The line of the file that starts WordPress; 0 where there is none. */
	private function line_of_settings() {
		if ( function_exists( 'token_get_all' ) ) {
			$lines = $this->starts( $this->text );
			return $lines ? $lines[0] : 0;
		}
		if ( 1 !== preg_match( self::SETTINGS_LINE, $this->text, $found, PREG_OFFSET_CAPTURE ) ) {
			return 0;
		}
		$start = $found[0][1] + strlen( $found[0][0] ) - strlen( ltrim( $found[0][0] ) );
		return substr_count( $this->text, "\n", 0, $start ) + 1;
	}

	/** Does a line of the evaluated code stand after the place where WordPress would have started? */
	public function is_after_settings( $evaluated ) {
		return $this->line_of_settings() > 0 && $this->line( $evaluated ) > $this->line_of_settings();
	}

	public function remember() {
		$this->before = array_keys( $this->user_constants() );
	}

	/** Names of the constants that wp-config.php defined. */
	public function defined() {
		return array_values( array_diff( array_keys( $this->user_constants() ), $this->before ) );
	}

	private function user_constants() {
		$all = get_defined_constants( true );
		return isset( $all['user'] ) ? $all['user'] : array();
	}

	/** Evaluate in a scope of its own, with the one variable of it that WordPress needs as a global. */
	public static function evaluate( $code ) {
		self::$code = $code;
		unset( $code );
		global $table_prefix;
		eval( self::$code );
	}
}

/** A second session with the site's database, which the server keeps read-only. */
final class Closte_Doctor_Database {

	const PAGE = 500;

	/** @var mysqli|null */
	private $link = null;
	/** @var int errno of the last statement, 0 where it went well */
	public $errno = 0;
	/** @var string */
	public $error = '';

	/** DB_HOST as WordPress reads it. @return array{0:string,1:int|null,2:string|null}|null */
	public static function place( $host ) {
		$socket = null;
		$colon  = strpos( $host, ':/' );
		if ( false !== $colon ) {
			$socket = substr( $host, $colon + 1 );
			$host   = substr( $host, 0, $colon );
		}
		$is_v6   = substr_count( $host, ':' ) > 1;
		$pattern = $is_v6 ? '#^(?:\[)?(?P<host>[0-9a-fA-F:]+)(?:\]:(?P<port>[\d]+))?#' : '#^(?P<host>[^:/]*)(?::(?P<port>[\d]+))?#';
		if ( 1 !== preg_match( $pattern, $host, $found ) ) {
			return null;
		}
		$name = $is_v6 && extension_loaded( 'mysqlnd' ) ? '[' . $found['host'] . ']' : $found['host'];
		return array( $name, empty( $found['port'] ) ? null : (int) $found['port'], $socket );
	}

	/** Connect and choose the database. False with `errno` and `error` where that fails. */
	public function connect( $seconds ) {
		mysqli_report( MYSQLI_REPORT_OFF );
		$place = self::place( (string) DB_HOST );
		if ( null === $place ) {
			return $this->failed( 2005, 'DB_HOST cannot be read as a host' );
		}
		$link = mysqli_init();
		$link->options( MYSQLI_OPT_CONNECT_TIMEOUT, (int) $seconds );
		if ( defined( 'MYSQLI_OPT_READ_TIMEOUT' ) ) {
			$link->options( MYSQLI_OPT_READ_TIMEOUT, 60 );
		}
		$flags = defined( 'MYSQL_CLIENT_FLAGS' ) ? (int) MYSQL_CLIENT_FLAGS : 0;
		$done  = @$link->real_connect( $place[0], (string) DB_USER, (string) DB_PASSWORD, '', $place[1], $place[2], $flags );
		if ( ! $done ) {
			return $this->failed( mysqli_connect_errno(), (string) mysqli_connect_error() );
		}
		$this->link = $link;
		if ( ! @$link->select_db( (string) DB_NAME ) ) {
			return $this->failed( $link->errno, $link->error );
		}
		@$link->set_charset( 'utf8mb4' );
		return true;
	}

	/** Make the session read-only and its rows of one moment. False where the server will not. */
	public function begin( $statement_seconds ) {
		// MariaDB has the one variable, MySQL the other: each server refuses the foreign one.
		$this->run( 'SET SESSION max_statement_time=' . (int) $statement_seconds );
		$this->run( 'SET SESSION max_execution_time=' . ( 1000 * (int) $statement_seconds ) );
		return $this->run( 'SET SESSION TRANSACTION READ ONLY' )
			&& $this->run( 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ' )
			&& $this->run( 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY' );
	}

	/** End the transaction at once: an open one blocks ALTER TABLE. */
	public function close() {
		if ( null !== $this->link ) {
			@$this->link->query( 'COMMIT' );
			@$this->link->close();
			$this->link = null;
		}
	}

	public function is_open() {
		return null !== $this->link;
	}

	private function run( $sql ) {
		$done = @$this->link->query( $sql );
		return $done ? true : $this->failed( $this->link->errno, $this->link->error );
	}

	private function failed( $errno, $error ) {
		$this->errno = (int) $errno;
		$this->error = (string) $error;
		return false;
	}

	/** All rows of one statement, fetched unbuffered: callers page by key. Null where it fails. */
	public function select( $sql ) {
		$this->errno = 0;
		$this->error = '';
		if ( null === $this->link ) {
			$this->failed( 2006, 'no connection' );
			return null;
		}
		$result = @$this->link->query( $sql, MYSQLI_USE_RESULT );
		if ( ! ( $result instanceof mysqli_result ) ) {
			$this->failed( $this->link->errno, $this->link->error );
			return null;
		}
		$rows = array();
		while ( true ) {
			$row = @$result->fetch_assoc();
			if ( ! is_array( $row ) ) {
				break;
			}
			$rows[] = $row;
		}
		$result->free();
		if ( 0 !== $this->link->errno ) {
			$this->failed( $this->link->errno, $this->link->error );
			return null;
		}
		return $rows;
	}

	/** The first column of the first row; null without one. */
	public function value( $sql ) {
		$rows = $this->select( $sql );
		return $rows ? reset( $rows[0] ) : null;
	}

	/** Text as an SQL literal. */
	public function quoted( $text ) {
		return "'" . $this->link->real_escape_string( (string) $text ) . "'";
	}

	/** A name as an SQL identifier. */
	public static function named( $name ) {
		return '`' . str_replace( '`', '``', $name ) . '`';
	}
}

/** How this server resolves names: /etc/hosts and its own resolver, as the plugin's checks do. */
final class Closte_Doctor_Resolver {

	/** The A records of a name as this server sees them: by /etc/hosts too, as the plugin's checks. */
	public static function answer( $name ) {
		$addresses = gethostbynamel( $name );
		$status    = is_array( $addresses ) ? 'NOERROR' : self::why_not( $name );
		$addresses = is_array( $addresses ) ? array_values( array_unique( $addresses ) ) : array();
		sort( $addresses );
		return array(
			'name'              => $name,
			'type'              => 'A',
			'via'               => 'host',
			'status'            => $status,
			'records'           => $addresses,
			'ttl'               => null,
			'checking_disabled' => false,
		);
	}

	/** PHP says only that there was no address. The resolver itself says why. */
	private static function why_not( $name ) {
		$config = is_readable( '/etc/resolv.conf' ) ? (string) file_get_contents( '/etc/resolv.conf' ) : '';
		preg_match_all( '/^\s*nameserver\s+([0-9A-Fa-f:.]+)\s*$/m', $config, $servers );
		foreach ( array_slice( $servers[1], 0, 2 ) as $server ) {
			$status = self::status( $name, $server, 53 );
			if ( 'TIMEOUT' !== $status ) {
				return $status;
			}
		}
		return $servers[1] ? 'TIMEOUT' : 'SERVFAIL';
	}

	/** What one server answers to a question for A: RFC 1035 section 4.1, the response code alone. */
	public static function status( $name, $server, $port ) {
		$place  = false !== strpos( $server, ':' ) ? "[$server]" : $server;
		$stream = @stream_socket_client( "udp://$place:$port", $errno, $error, 2 );
		if ( false === $stream ) {
			return 'TIMEOUT';
		}
		$id       = random_bytes( 2 );
		$question = '';
		foreach ( explode( '.', $name ) as $label ) {
			$question .= chr( strlen( $label ) ) . $label;
		}
		stream_set_timeout( $stream, 2 );
		@fwrite( $stream, $id . "\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" . $question . "\x00\x00\x01\x00\x01" );
		$answer = @fread( $stream, 1500 );
		fclose( $stream );
		if ( ! is_string( $answer ) || strlen( $answer ) < 12 || substr( $answer, 0, 2 ) !== $id ) {
			return 'TIMEOUT';
		}
		$codes = array( 'NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED' );
		$code  = ord( $answer[3] ) & 15;
		return isset( $codes[ $code ] ) && in_array( $codes[ $code ], array( 'NOERROR', 'NXDOMAIN', 'REFUSED' ), true ) ? $codes[ $code ] : 'SERVFAIL';
	}

	/** A stored domain as a name that can be asked for; null where it is none. */
	public static function askable( $domain ) {
		$name = rtrim( strtolower( trim( (string) $domain ) ), '.' );
		$name = 0 === strpos( $name, '*.' ) ? substr( $name, 2 ) : $name;
		return 1 === preg_match( '/^(?=.{3,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/D', $name ) ? $name : null;
	}
}

/** The reading calls of the Closte API, made as WordPress on this host would make them. */
final class Closte_Doctor_Api {

	/** Bytes of an answer that are kept; 50,000 domains are less. */
	const LARGEST = 4194304;

	private $base;
	private $key;
	private $request;
	private $home_host;

	public function __construct( $key, array $request, $home_host ) {
		$this->base      = rtrim( (string) $request['api_url'], '/' );
		$this->key       = $key;
		$this->request   = $request;
		$this->home_host = $home_host;
	}

	/** Both calls at once where there is curl, else one after the other. @return list<array> */
	public function calls() {
		$wanted = array( array( '/getdomains', 'GET' ) );
		if ( empty( $this->request['api_list_only'] ) ) {
			$wanted[] = array( '/adddomainalias', 'POST' );
		}
		if ( $this->is_blocked() ) {
			return $this->unanswered( $wanted, 'User has blocked requests through HTTP.' );
		}
		return self::has_curl() ? $this->by_curl( $wanted ) : $this->by_streams( $wanted );
	}

	/** Hosts forbid single functions of it (disable_functions); then WordPress does without it too. */
	private static function has_curl() {
		foreach ( array( 'curl_init', 'curl_exec', 'curl_setopt_array', 'curl_multi_init', 'curl_multi_exec', 'curl_multi_select' ) as $needed ) {
			if ( ! function_exists( $needed ) ) {
				return false;
			}
		}
		return true;
	}

	private function unanswered( array $wanted, $error ) {
		$calls = array();
		foreach ( $wanted as $call ) {
			$calls[] = $this->record( $call, null, '', $error, 0.0 );
		}
		return $calls;
	}

	private function record( array $call, $status, $body, $error, $seconds ) {
		return array(
			'endpoint'     => $call[0],
			'method'       => $call[1],
			'vantage'      => 'host',
			'keyed'        => true,
			'asked_domain' => null,
			'http_status'  => $status,
			'body'         => $body,
			'error'        => $error,
			'seconds'      => round( $seconds, 3 ),
			'at'           => gmdate( 'Y-m-d\TH:i:s\Z' ),
		);
	}

	private function host() {
		return (string) parse_url( $this->base, PHP_URL_HOST );
	}

	/** WP_HTTP_BLOCK_EXTERNAL and WP_ACCESSIBLE_HOSTS, as WP_Http::block_request reads them. */
	private function is_blocked() {
		if ( ! defined( 'WP_HTTP_BLOCK_EXTERNAL' ) || ! WP_HTTP_BLOCK_EXTERNAL ) {
			return false;
		}
		$host = $this->host();
		if ( 'localhost' === $host || $this->home_host === $host ) {
			return false;
		}
		return ! ( defined( 'WP_ACCESSIBLE_HOSTS' ) && self::lists( (string) WP_ACCESSIBLE_HOSTS, $host ) );
	}

	private static function lists( $list, $host ) {
		$entries = preg_split( '|,\s*|', $list );
		if ( false === strpos( $list, '*' ) ) {
			return in_array( $host, $entries, true );
		}
		$patterns = array();
		foreach ( $entries as $entry ) {
			$patterns[] = str_replace( '\*', '.+', preg_quote( $entry, '/' ) );
		}
		return 1 === preg_match( '/^(' . implode( '|', $patterns ) . ')$/i', $host );
	}

	/** Does WordPress send this through a proxy? As WP_HTTP_Proxy::send_through_proxy. */
	private function is_proxied() {
		if ( ! defined( 'WP_PROXY_HOST' ) || ! defined( 'WP_PROXY_PORT' ) ) {
			return false;
		}
		$host = $this->host();
		if ( 'localhost' === $host || $this->home_host === $host ) {
			return false;
		}
		return ! ( defined( 'WP_PROXY_BYPASS_HOSTS' ) && self::lists( (string) WP_PROXY_BYPASS_HOSTS, $host ) );
	}

	private function proxy_login() {
		return defined( 'WP_PROXY_USERNAME' ) && defined( 'WP_PROXY_PASSWORD' ) ? WP_PROXY_USERNAME . ':' . WP_PROXY_PASSWORD : null;
	}

	private function url( array $call ) {
		return $this->base . $call[0] . ( 'GET' === $call[1] ? '?' . $this->fields() : '' );
	}

	private function fields() {
		return http_build_query( array( 'apikey' => $this->key ), '', '&' );
	}

	private function authorities() {
		$file = ABSPATH . 'wp-includes/certificates/ca-bundle.crt';
		return is_readable( $file ) ? $file : null;
	}

	private function by_curl( array $wanted ) {
		$multi   = curl_multi_init();
		$handles = array();
		$bodies  = array();
		foreach ( $wanted as $i => $call ) {
			$bodies[ $i ]  = '';
			$handles[ $i ] = $this->curl( $call, $bodies[ $i ] );
			curl_multi_add_handle( $multi, $handles[ $i ] );
		}
		$began = microtime( true );
		$until = $began + 2.0 + (float) $this->request['api_seconds'];
		do {
			$state = curl_multi_exec( $multi, $running );
			if ( $running && -1 === curl_multi_select( $multi, 0.2 ) ) {
				usleep( 20000 );
			}
		} while ( $running && CURLM_OK === $state && microtime( true ) < $until );
		$codes = array();
		while ( false !== ( $message = curl_multi_info_read( $multi ) ) ) {
			$codes[ array_search( $message['handle'], $handles, true ) ] = $message['result'];
		}
		$calls = array();
		foreach ( $wanted as $i => $call ) {
			$error   = curl_error( $handles[ $i ] );
			$code    = isset( $codes[ $i ] ) ? $codes[ $i ] : CURLE_OPERATION_TIMEDOUT;
			$code    = CURLE_WRITE_ERROR === $code && strlen( $bodies[ $i ] ) >= self::LARGEST ? CURLE_OK : $code;
			$status  = (int) curl_getinfo( $handles[ $i ], CURLINFO_RESPONSE_CODE );
			$spent   = (float) curl_getinfo( $handles[ $i ], CURLINFO_TOTAL_TIME );
			$failed  = CURLE_OK !== $code;
			$calls[] = $this->record(
				$call,
				$failed || 0 === $status ? null : $status,
				$failed ? '' : $bodies[ $i ],
				$failed ? $this->curl_words( $code, $error ) : null,
				$spent
			);
			curl_multi_remove_handle( $multi, $handles[ $i ] );
		}
		return $calls;
	}

	/** As WordPress words it. A time-out names our limit, since the plugin itself waits 45 s. */
	private function curl_words( $code, $error ) {
		$limit = CURLE_OPERATION_TIMEDOUT === $code ? sprintf( ' (limit %s s; the plugin waits 45 s)', $this->request['api_seconds'] ) : '';
		return 'cURL error ' . (int) $code . ': ' . ( '' !== $error ? $error : curl_strerror( $code ) ) . $limit;
	}

	private function curl( array $call, &$body ) {
		$handle  = curl_init();
		$options = array(
			CURLOPT_URL            => $this->url( $call ),
			CURLOPT_FOLLOWLOCATION => false,
			CURLOPT_CONNECTTIMEOUT_MS => (int) ( 1000 * $this->request['api_connect_seconds'] ),
			CURLOPT_TIMEOUT_MS        => (int) ( 1000 * $this->request['api_seconds'] ),
			CURLOPT_NOSIGNAL       => true,
			CURLOPT_USERAGENT      => 'closte-doctor',
			CURLOPT_SSL_VERIFYPEER => true,
			CURLOPT_SSL_VERIFYHOST => 2,
			CURLOPT_PROTOCOLS      => CURLPROTO_HTTP | CURLPROTO_HTTPS,
			CURLOPT_WRITEFUNCTION  => static function ( $ignored, $piece ) use ( &$body ) {
				$body .= substr( $piece, 0, Closte_Doctor_Api::LARGEST - strlen( $body ) );
				return strlen( $body ) < Closte_Doctor_Api::LARGEST ? strlen( $piece ) : 0;
			},
		);
		if ( 'POST' === $call[1] ) {
			$options[ CURLOPT_POST ]       = true;
			$options[ CURLOPT_POSTFIELDS ] = $this->fields();
		}
		if ( null !== $this->authorities() ) {
			$options[ CURLOPT_CAINFO ] = $this->authorities();
		}
		if ( $this->is_proxied() ) {
			$options[ CURLOPT_PROXYTYPE ] = CURLPROXY_HTTP;
			$options[ CURLOPT_PROXY ]     = (string) WP_PROXY_HOST;
			$options[ CURLOPT_PROXYPORT ] = (int) WP_PROXY_PORT;
			if ( null !== $this->proxy_login() ) {
				$options[ CURLOPT_PROXYAUTH ]    = CURLAUTH_ANY;
				$options[ CURLOPT_PROXYUSERPWD ] = $this->proxy_login();
			}
		}
		curl_setopt_array( $handle, $options );
		return $handle;
	}

	private function by_streams( array $wanted ) {
		if ( ! ini_get( 'allow_url_fopen' ) ) {
			return $this->unanswered( $wanted, 'PHP has neither curl nor allow_url_fopen' );
		}
		$calls = array();
		foreach ( $wanted as $call ) {
			$began  = microtime( true );
			$stream = @fopen( $this->url( $call ), 'rb', false, $this->context( $call ) );
			if ( false === $stream ) {
				$calls[] = $this->record( $call, null, '', self::stream_words(), microtime( true ) - $began );
				continue;
			}
			list( $body, $is_late ) = $this->read_until( $stream, $began + (float) $this->request['api_seconds'] );

			$meta  = stream_get_meta_data( $stream );
			$spent = microtime( true ) - $began;
			fclose( $stream );
			$status = 0;
			foreach ( isset( $meta['wrapper_data'] ) ? (array) $meta['wrapper_data'] : array() as $line ) {
				if ( is_string( $line ) && 1 === preg_match( '#^HTTP/\S+ (\d{3})#', $line, $found ) ) {
					$status = (int) $found[1];
				}
			}
			$words   = sprintf( 'Operation timed out (limit %s s; the plugin waits 45 s)', $this->request['api_seconds'] );
			$calls[] = $this->record( $call, $is_late || 0 === $status ? null : $status, $is_late ? '' : $body, $is_late ? $words : null, $spent );
		}
		return $calls;
	}

	/** A body, and whether its time ran out: PHP's own limit begins anew with every byte. @return array{0:string,1:bool} */
	private function read_until( $stream, $until ) {
		$body = '';
		while ( ! feof( $stream ) && strlen( $body ) < self::LARGEST ) {
			$left = $until - microtime( true );
			if ( $left <= 0 ) {
				return array( $body, true );
			}
			stream_set_timeout( $stream, (int) $left, (int) ( 1000000 * ( $left - (int) $left ) ) );
			$piece = fread( $stream, 65536 );
			$meta  = stream_get_meta_data( $stream );
			if ( ! empty( $meta['timed_out'] ) ) {
				return array( $body, true );
			}
			if ( false === $piece ) {
				break;
			}
			$body .= substr( $piece, 0, self::LARGEST - strlen( $body ) );
		}
		return array( $body, false );
	}

	/** PHP's own words without the URL, which has the key. */
	private static function stream_words() {
		$words = Closte_Doctor_Collector::$last_warning;
		return (string) preg_replace( '#fopen\([^)]*\):\s*#', '', $words );
	}

	private function context( array $call ) {
		$headers = array( 'Content-Type: application/x-www-form-urlencoded', 'Connection: close' );
		$http    = array(
			'method'          => $call[1],
			'timeout'         => (float) $this->request['api_seconds'],
			'follow_location' => 0,
			'max_redirects'   => 1,
			'ignore_errors'   => true,
			'user_agent'      => 'closte-doctor',
		);
		if ( 'POST' === $call[1] ) {
			$http['content'] = $this->fields();
		}
		if ( $this->is_proxied() ) {
			$http['proxy']           = 'tcp://' . WP_PROXY_HOST . ':' . (int) WP_PROXY_PORT;
			$http['request_fulluri'] = true;
			if ( null !== $this->proxy_login() ) {
				$headers[] = 'Proxy-Authorization: Basic ' . base64_encode( $this->proxy_login() );
			}
		}
		$http['header'] = implode( "\r\n", $headers );
		$tls            = array(
			'verify_peer'      => true,
			'verify_peer_name' => true,
		);
		if ( null !== $this->authorities() ) {
			$tls['cafile'] = $this->authorities();
		}
		return stream_context_create(
			array(
				'http' => $http,
				'ssl'  => $tls,
			)
		);
	}
}

/** The stages in their order, each on its own: one that dies does not take the next with it. */
final class Closte_Doctor_Collector {

	/** Constants that are asked for by name: harmless ones, and secrets as shapes. */
	const ASKED = array(
		'DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_HOST', 'DB_CHARSET', 'DB_COLLATE',
		'SUNRISE', 'MULTISITE', 'SUBDOMAIN_INSTALL', 'VHOST', 'WP_ALLOW_MULTISITE', 'DOMAIN_CURRENT_SITE',
		'PATH_CURRENT_SITE', 'SITE_ID_CURRENT_SITE', 'BLOG_ID_CURRENT_SITE', 'PRIMARY_NETWORK_ID', 'COOKIE_DOMAIN',
		'COOKIEPATH', 'SITECOOKIEPATH', 'ADMIN_COOKIE_PATH', 'NOBLOGREDIRECT', 'DISABLE_WP_CRON', 'ALTERNATE_WP_CRON',
		'WP_CRON_LOCK_TIMEOUT', 'DISALLOW_FILE_MODS', 'DISALLOW_FILE_EDIT', 'WP_CONTENT_DIR', 'WP_CONTENT_URL',
		'WP_PLUGIN_DIR', 'WPMU_PLUGIN_DIR', 'WP_LANG_DIR', 'UPLOADS', 'UPLOADBLOGSDIR', 'BLOGUPLOADDIR',
		'WP_HTTP_BLOCK_EXTERNAL', 'WP_ACCESSIBLE_HOSTS', 'WP_PROXY_HOST', 'WP_PROXY_PORT', 'WP_PROXY_BYPASS_HOSTS',
		'FORCE_SSL_ADMIN', 'WP_HOME', 'WP_SITEURL', 'WP_DEBUG', 'WP_DEBUG_LOG', 'WP_DEBUG_DISPLAY', 'WP_CACHE',
		'WP_INSTALLING', 'WPLANG', 'WP_MEMORY_LIMIT', 'WP_MAX_MEMORY_LIMIT', 'WP_ENVIRONMENT_TYPE',
		'WP_ULTIMO_DOMAIN_MAPPING_SKIP_CHECKS', 'CLOSTE_APP_ID', 'CLOSTE_CLIENT_API_KEY', 'CLOSTE_PUBLIC_IP_ADDRESS',
		'CLOSTE_CDN_HOSTNAME', 'CLOSTE_CDN_DISABLED', 'DISABLE_CLOSTE_PLUGIN', 'HIDE_CLOSTE_PLUGIN',
		'DISABLE_OBJECT_CACHE_PERMANENTLY',
	);
	/** What only a WordPress that runs can have defined. */
	const RUNNING = array(
		'WP_ULTIMO_SUNRISE_VERSION', 'WP_ULTIMO_SUNRISE_FILE', 'WP_ULTIMO_IS_MUST_USE', 'DOMAIN_MAPPING',
		'CLOSTE_DEVELOPMENT_MODE', 'CLOSTE_DEVELOPMENT_MODE_TYPE', 'COOKIEHASH', 'WP_ULTIMO_PLUGIN_FILE',
	);
	const API_KEY     = 'CLOSTE_CLIENT_API_KEY';
	const STORED_KEY  = 'wu_hosting_credential_CLOSTE_CLIENT_API_KEY';
	const SLUGS       = array( 'ultimate-multisite', 'multisite-ultimate', 'wp-multisite-waas', 'wp-ultimo' );
	const OPTIONS     = array(
		'wp-ultimo_v2_settings', 'wu_host_integrations_enabled', 'wu_sunrise_meta', 'wu_setup_finished',
		'wpdb_wu_domain_mappings_version', '_site_transient_wu_public_network_ip',
	);
	const SETTINGS    = array(
		'enable_domain_mapping', 'custom_domains', 'force_admin_redirect', 'dns_check_interval',
		'auto_create_www_subdomain', 'enable_sso', 'security_mode', 'error_logging_level',
	);
	const LARGE_VALUE = 3000000;
	/** Networks of one database that are named, and names of each that are told. */
	const NETWORKS        = 100;
	const NAMES_OF_OTHERS = 5000;
	const MOST_SECRETS = 40;
	const WRAPPER     = '#^[a-z][a-z0-9.+-]*://#i';
	/** The messages of DOMAIN 3.6 and 3.7 that go through gettext. */
	const MESSAGES    = array(
		'Starting Check for %s',
		'- DNS propagation finished, advancing domain to next step...',
		'- DNS propagation not finished, retrying in %d minutes...',
		'- DNS propagation checks tried for the max amount of times (5 times, one every %d minutes). Marking as failed.',
		'- DNS propagation checks tried for the max amount of times (5 times every %d minutes). Marking as failed.',
		'- SSL checks tried for the max amount of times (5 times every %d minutes). Marking as ready without SSL.',
		'- SSL Cert not found, retrying in %d minute(s)...',
		'- SSL checks tried for the max amount of times (5 times, one every %d minutes). Marking as ready without SSL.',
		'- Valid SSL cert found. Marking domain as done.',
		'Testing domain verification via Loopback using %1$s: %2$s',
		'Failed to connect via %1$s: %2$s',
		'Loopback request via %1$s returned HTTP %2$d',
		'Loopback response via %1$s is not valid JSON: %2$s : %3$s',
		'Domain verification successful via Loopback using %1$s. Domain ID %2$d confirmed.',
		'Loopback response via %1$s did not contain expected domain ID. Expected: %2$d, Got: %3$s',
		'Domain verification failed via loopback on all protocols (HTTPS with SSL, HTTPS without SSL, HTTP).',
		'Domain deleted and logs cleared...',
		'Auto-promoted %1$s as primary domain for site %2$d.',
		'Failed to auto-promote %1$s as primary domain for site %2$d: %3$s',
		'Certificate Invalid: %s',
		'Certificate Invalid for %1$s: %2$s',
		'DNS record created: %1$s %2$s -> %3$s',
		'DNS record updated: ID %1$s (%2$s %3$s)',
		'DNS record deleted: ID %s',
		'Bulk DNS operation "%1$s": %2$d succeeded, %3$d failed',
		'Sunrise upgrade attempt succeeded.',
	);

	/** @var string the newest warning of PHP, for functions that tell their reason no other way */
	public static $last_warning = '';

	private $request;
	private $writer;
	private $masker;
	private $config;
	private $database;
	private $stages  = array( 'config', 'facts', 'tables', 'logs', 'api', 'dns', 'runtime', 'end' );
	private $next    = 0;
	private $current = '';
	private $is_over = false;
	private $is_complete = false;
	/** @var bool false where PHP cannot parse wp-config.php: then nothing of it was evaluated */
	private $is_parsed = true;
	private $began   = 0.0;
	private $memory  = 0;
	private $buffers = 0;
	private $heard   = '';
	private $warnings = 0;

	private $prefix         = '';
	private $network        = null;
	private $networks       = array();
	private $main_network   = 1;
	private $main_site      = 1;
	private $main_options   = array();
	private $network_meta   = array();
	private $stored_key     = null;
	private $askable_urgent = array();
	private $askable_other  = array();

	public static function main( $argument, $folder ) {
		$request = json_decode( (string) base64_decode( strtr( (string) $argument, '-_', '+/' ), true ), true );
		if ( ! is_array( $request ) || empty( $request['nonce'] ) ) {
			fwrite( fopen( 'php://stderr', 'wb' ), "closte-doctor: the argument is damaged\n" );
			return;
		}
		$collector = new self( $request );
		$collector->begin( (string) $folder );
		$collector->run();
	}

	private function __construct( array $request ) {
		$this->request  = $request;
		$this->masker   = new Closte_Doctor_Masker();
		$this->writer   = new Closte_Doctor_Writer( (string) $request['nonce'], $this->masker );
		$this->config   = new Closte_Doctor_Config();
		$this->database = new Closte_Doctor_Database();
		$this->memory   = memory_get_usage();
		$this->began    = microtime( true );
	}

	private function begin( $folder ) {
		$this->quiet();
		register_shutdown_function( array( $this, 'shutdown' ) );
		if ( function_exists( 'putenv' ) ) {
			putenv( 'RES_OPTIONS=timeout:3 attempts:2' );
		}
		if ( ! defined( 'ABSPATH' ) ) {
			define( 'ABSPATH', rtrim( $folder, '/' ) . '/' );
		}
	}

	/** PHP's own words would quote what they stumble over: they are counted, not printed. */
	private function quiet() {
		foreach ( array( 'display_errors', 'log_errors', 'html_errors', 'max_execution_time' ) as $setting ) {
			@ini_set( $setting, '0' );
		}
		@ini_set( 'zend.exception_ignore_args', '1' );
		@ini_set( 'error_log', '/dev/null' );
		set_error_handler( array( $this, 'warning' ) );
		if ( function_exists( 'mysqli_report' ) ) {
			mysqli_report( MYSQLI_REPORT_OFF );
		}
	}

	/** PHP's error handler. */
	public function warning( $level, $message ) {
		++$this->warnings;
		self::$last_warning = (string) $message;
		return true;
	}

	private function run() {
		while ( $this->writer->open && isset( $this->stages[ $this->next ] ) ) {
			$this->current = $this->stages[ $this->next++ ];
			try {
				call_user_func( array( $this, 'stage_' . $this->current ) );
			} catch ( Throwable $thrown ) {
				$this->problem( 'collector: ' . $this->current, $this->words( $thrown ) );
			}
		}
		$this->is_over = true;
		$this->database->close();
		// Until PHP ends: shutdown functions and destructors of the site's code may print as well.
		$this->listen();
	}

	/** PHP ends. If that was not our own doing: say so, and go on with what there is. */
	public function shutdown() {
		if ( $this->is_over ) {
			return;
		}
		$fatal = error_get_last();
		$kinds = E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR;
		$fatal = is_array( $fatal ) && ( $fatal['type'] & $kinds ) ? $fatal : null;
		if ( null !== $fatal && false !== strpos( $fatal['message'], 'Allowed memory size' ) ) {
			@ini_set( 'memory_limit', (string) ( memory_get_usage() + 67108864 ) );
		}
		$this->quiet();
		$this->writer->is_batching = false;

		$said = $this->unbuffered();
		if ( 'config' === $this->current ) {
			$this->config_ended( $fatal, $said );
		} elseif ( 'runtime' === $this->current ) {
			$this->runtime_ended( $fatal, $said );
		} else {
			$this->database->close();
			$this->problem( 'collector: ' . $this->current, $this->fatal_words( $fatal ) );
		}
		$this->run();
	}

	/** Something that did not go well: evidence like the rest. */
	private function problem( $command, $stderr, $stdout = '', $status = null ) {
		$this->writer->json(
			'error',
			array(
				'command' => $command,
				'status'  => $status,
				'stdout'  => self::cut( $stdout, 2000 ),
				'stderr'  => self::cut( $stderr, 2000 ),
			)
		);
	}

	private function note( array $facts ) {
		$this->writer->json( 'host', $facts );
	}

	private static function cut( $text, $length ) {
		$text = (string) $text;
		return strlen( $text ) <= $length ? $text : substr( $text, 0, $length ) . ' …';
	}

	private function words( Throwable $thrown ) {
		return get_class( $thrown ) . ' in line ' . $thrown->getLine() . ': ' . $this->masker->mask( $thrown->getMessage() );
	}

	private function fatal_words( $fatal ) {
		if ( null === $fatal ) {
			return 'PHP ended without an error (exit or die)';
		}
		$first = strtok( (string) $fatal['message'], "\n" );
		return 'PHP Fatal error: ' . $this->masker->mask( (string) $first ) . ' in ' . basename( preg_replace( '/\(\d+\) : .*/s', '', (string) $fatal['file'] ) ) . ' line ' . (int) $fatal['line'];
	}

	/* ---- 1. wp-config.php ---- */

	private function stage_config() {
		$has_wordpress = is_file( ABSPATH . 'wp-includes/version.php' );
		$found         = $this->config->find();
		if ( ! $has_wordpress ) {
			$this->opened();
			$this->problem( 'collector: wordpress', 'This does not seem to be a WordPress installation: there is no ' . ABSPATH . 'wp-includes/version.php' );
			if ( null === $found ) {
				return;
			}
		}
		if ( null === $found ) {
			$this->opened();
			$this->problem( 'collector: wp-config', "'wp-config.php' not found." );
			return;
		}
		if ( ! $this->config->read() ) {
			$this->opened();
			$this->problem( 'collector: wp-config', 'wp-config.php cannot be read: ' . ( '' === self::$last_warning ? 'Permission denied' : self::cut( self::$last_warning, 300 ) ) );
			return;
		}
		$this->pretend_request();
		$code = $this->config->code();
		$this->config->remember();
		if ( null === $code ) {
			$this->take_literals();
			$this->opened();
			$this->problem( 'collector: wp-config', 'Strange wp-config.php file: wp-settings.php is not loaded directly; went on with its plain values alone' );
			return;
		}
		$this->listen();
		try {
			Closte_Doctor_Config::evaluate( $code );
			$this->is_complete = true;
			if ( defined( 'WPINC' ) ) {
				$this->config_evaluated( 'wp-config.php itself has started WordPress' );
				return;
			}
			$this->config_evaluated( $this->config->is_usual() ? '' : 'wp-config.php leaves the loading of WordPress to a file it includes; went on with that file, without its line' );
		} catch ( ParseError $error ) {
			$is_own = self::is_config( $error );
			$line   = $is_own ? $this->config->line( $error->getLine() ) : $error->getLine();
			$this->is_parsed = $is_own ? false : true;
			$this->config_evaluated( 'parse error in line ' . $line . ( $is_own ? '' : ' of ' . basename( $error->getFile() ) ) . ', unexpected ' . self::kind( $error->getMessage() ) );
		} catch ( Throwable $error ) {
			$is_own            = self::is_config( $error );
			$is_late           = $is_own && $this->config->is_after_settings( $error->getLine() );
			$this->is_complete = $is_late;
			$line              = $is_own ? $this->config->line( $error->getLine() ) : $error->getLine();
			$reason            = 1 === preg_match( '/^(Call to undefined function|Class) [\w\\\\":]+\(?\)?( not found)?$/', $error->getMessage() ) ? ' (' . $error->getMessage() . ')' : '';
			$this->config_evaluated( get_class( $error ) . $reason . ' in line ' . $line . ( $is_late ? ', after the wp-settings line' : '' ) . '; went on with what was defined' );
		}
	}

	/** Was it thrown in the code of wp-config.php itself, that is in what this file evaluates? */
	private static function is_config( Throwable $error ) {
		return 0 === strpos( $error->getFile(), __FILE__ . '(' );
	}

	/** The kind of token that PHP did not expect: never its text, which can be a password. */
	private static function kind( $message ) {
		if ( 1 === preg_match( '/unexpected (?:\'[^\']*\'|end of file|\S+)? ?\((T_[A-Z_]+)\)/', $message, $found ) ) {
			return $found[1];
		}
		$kinds = 'end of file|single-quoted string|double-quoted string|string content|identifier|variable|integer|floating-point number|fully qualified name|namespaced name|heredoc|token';
		return 1 === preg_match( '/unexpected (' . $kinds . ')/', $message, $found ) ? $found[1] : 'token';
	}

	/** As WP-CLI sets it with `--url` only: code in wp-config.php may look at the host's name. */
	private function pretend_request() {
		$literals = $this->config->literals();
		$host     = isset( $literals['DOMAIN_CURRENT_SITE'] ) ? $literals['DOMAIN_CURRENT_SITE'][0] : null;
		$url      = (string) $this->request['url'];
		if ( '' !== $url ) {
			$parts = parse_url( false === strpos( $url, '://' ) ? 'http://' . $url : $url );
			$host  = is_array( $parts ) && isset( $parts['host'] ) ? $parts['host'] . ( isset( $parts['port'] ) ? ':' . $parts['port'] : '' ) : $host;
			if ( is_array( $parts ) && isset( $parts['scheme'] ) && 'https' === strtolower( $parts['scheme'] ) ) {
				$_SERVER['HTTPS'] = 'on';
			}
		}
		if ( is_string( $host ) && '' !== $host ) {
			$defaults = array(
				'HTTP_HOST'    => $host,
				'SERVER_NAME'  => preg_replace( '/:\d+$/', '', $host ),
				'SERVER_PORT'  => '80',
				'REQUEST_URI'  => '/',
				'QUERY_STRING' => '',
			);
			foreach ( $defaults as $name => $value ) {
				if ( empty( $_SERVER[ $name ] ) ) {
					$_SERVER[ $name ] = $value;
				}
			}
		}
	}

	/** Without evaluating anything: what stands in the file as plain text and numbers. */
	private function take_literals() {
		foreach ( $this->config->literals() as $name => $literal ) {
			if ( null !== $literal[0] && ! defined( $name ) && 1 === preg_match( '/^[A-Za-z_][A-Za-z0-9_]*$/', $name ) ) {
				define( $name, $literal[0] );
			}
		}
		if ( 1 === preg_match( '/^\s*\$table_prefix\s*=\s*([\'"])([A-Za-z0-9_]*)\1\s*;/m', $this->config->text, $found ) ) {
			$GLOBALS['table_prefix'] = $found[2];
		}
	}

	private function config_evaluated( $problem ) {
		$said = $this->unbuffered();
		$this->quiet();
		$this->opened();
		$this->noise( $said );
		if ( '' !== $problem ) {
			$this->problem( 'collector: wp-config', $problem );
		}
	}

	private function config_ended( $fatal, $said ) {
		if ( $this->config->is_asking ) {
			$this->stage_config();
			return;
		}
		if ( '' !== $this->config->text && ! defined( 'DB_NAME' ) && null === $fatal ) {
			$this->take_literals();
		}
		$this->opened();
		$this->noise( $said );
		$this->problem( 'collector: wp-config', 'wp-config.php ended PHP: ' . $this->fatal_words( $fatal ) . '; went on with what was defined' );
	}

	/** Keep what the site's code prints from stdout: it can be a secret, and is sent as noise, masked. */
	private function listen() {
		ob_start( array( $this, 'hear' ) );
		$this->buffers = ob_get_level();
	}

	/** PHP's output handler: of code that flushes as well, nothing gets past. */
	public function hear( $printed, $phase ) {
		$this->heard .= substr( $printed, 0, max( 0, 8192 - strlen( $this->heard ) ) );
		if ( $this->is_over && 0 !== ( $phase & PHP_OUTPUT_HANDLER_FINAL ) ) {
			$this->noise( $this->heard );
			$this->heard = '';
		}
		return '';
	}

	/** What was printed since `listen`, and no more listening. */
	private function unbuffered() {
		$said = '';
		while ( $this->buffers > 0 && ob_get_level() > $this->buffers ) {
			$piece = ob_get_clean();
			if ( false === $piece ) {
				break;
			}
			$said = $piece . $said;
		}
		if ( $this->buffers > 0 && ob_get_level() === $this->buffers ) {
			ob_end_flush();
		}
		$said          = $this->heard . $said;
		$this->heard   = '';
		$this->buffers = 0;
		return $said;
	}

	private function noise( $said ) {
		if ( '' !== trim( $said ) ) {
			$this->writer->json( 'noise', array( 'text' => self::cut( $said, 2000 ) ) );
		}
	}

	/** The first section of all; before it every secret that is known is told to the masker. */
	private function opened() {
		$constants = get_defined_constants( true );
		foreach ( isset( $constants['user'] ) ? $constants['user'] : array() as $name => $value ) {
			if ( Closte_Doctor_Masker::is_secret( $name ) ) {
				$this->masker->add( $name, $value );
			}
		}
		foreach ( $this->config->literals() as $name => $literal ) {
			if ( Closte_Doctor_Masker::is_secret( $name ) ) {
				$this->masker->add( $name, $literal[0] );
			}
		}
		$this->prefix = isset( $GLOBALS['table_prefix'] ) && is_string( $GLOBALS['table_prefix'] ) ? $GLOBALS['table_prefix'] : '';
		$this->writer->json(
			'begin',
			array(
				'protocol'       => 1,
				'php_version'    => PHP_VERSION,
				'wp_cli_version' => defined( 'WP_CLI_VERSION' ) ? WP_CLI_VERSION : null,
				'abspath'        => ABSPATH,
				'time_gmt'       => gmdate( 'Y-m-d\TH:i:s\Z' ),
			)
		);
	}

	/* ---- 2. what the files and constants say ---- */

	private function stage_facts() {
		if ( '' === $this->config->text && ! is_file( ABSPATH . 'wp-includes/version.php' ) ) {
			return;
		}
		$this->constants();
		$content = $this->content_dir();
		$sunrise = $this->sunrise( $content );
		$plugin  = $this->plugin( $this->installed_slug() );
		$this->note(
			array(
				'wp_version'           => $this->wp_version(),
				'plugin_slug'          => $plugin[0],
				'plugin_version'       => $plugin[1],
				'content_dir'          => $content,
				'sunrise'              => $sunrise,
				'closte_mu_plugin'     => file_exists( $this->mu_dir() . '/closte-requirements.php' ) || is_dir( $this->mu_dir() . '/closte' ),
				'maintenance_file'     => file_exists( ABSPATH . '.maintenance' ),
				'sunrise_defined_late' => '' === $this->config->text ? null : $this->config->defines_late( 'SUNRISE' ),
				'db_dropin'            => file_exists( $content . '/db.php' ),
				'base_prefix'          => '' === $this->prefix ? null : $this->prefix,
			)
		);
	}

	/** Rows as `wp config list` prints them, and the same asked of the running PHP by name. */
	private function constants() {
		$rows    = array();
		$running = array();
		if ( '' !== $this->prefix ) {
			$rows[] = self::row( 'table_prefix', $this->prefix, 'variable' );
		}
		foreach ( array_unique( array_merge( self::ASKED, $this->config->defined() ) ) as $name ) {
			$is_asked  = in_array( $name, self::ASKED, true );
			$is_secret = Closte_Doctor_Masker::is_secret( $name );
			if ( ! $is_asked && ! $is_secret && 0 !== strpos( $name, 'CLOSTE_' ) ) {
				continue;
			}
			if ( ! defined( $name ) ) {
				if ( $this->is_surely_undefined( $name ) && ! $is_secret ) {
					$running[ $name ] = null;
				} elseif ( self::API_KEY === $name && $this->is_surely_undefined( $name ) ) {
					$running[ $name ] = null;
				}
				continue;
			}
			$value  = self::shown( $name, constant( $name ) );
			$rows[] = self::row( $name, $value, 'constant' );
			if ( ! $is_secret || self::API_KEY === $name ) {
				$running[ $name ] = $value;
			}
		}
		if ( $this->is_complete ) {
			$this->writer->rows( 'constants', $rows );
		}
		$this->note( array( 'runtime_constants' => (object) $running ) );
	}

	/** Is every secret of wp-config.php known, so that it can be masked in foreign text? */
	private function knows_secrets() {
		if ( $this->is_complete ) {
			return true;
		}
		if ( ! $this->is_parsed || $this->includes_more() ) {
			return false;
		}
		foreach ( $this->config->literals() as $name => $literal ) {
			if ( Closte_Doctor_Masker::is_secret( $name ) && null === $literal[0] && ! defined( $name ) ) {
				return false;
			}
		}
		return true;
	}

	/** Does wp-config.php include other files than the one that starts WordPress? */
	private function includes_more() {
		$others = preg_replace( Closte_Doctor_Config::SETTINGS_LINE, '', $this->config->text );
		return 0 !== preg_match( '/\b(include|require)(_once)?\b/', (string) $others );
	}

	/** A config that was not evaluated to its end may define later what its text still names. */
	private function is_surely_undefined( $name ) {
		if ( $this->is_complete ) {
			return true;
		}
		return '' !== $this->config->text && $this->is_parsed && false === strpos( $this->config->text, $name ) && ! $this->includes_more();
	}

	private static function row( $name, $value, $type ) {
		return array(
			'name'  => $name,
			'value' => $value,
			'type'  => $type,
		);
	}

	/** A value that may leave the host: a secret as its shape, anything else as it is. */
	private static function shown( $name, $value ) {
		if ( Closte_Doctor_Masker::is_secret( $name ) || ( 0 === strpos( $name, 'CLOSTE_' ) && 1 === preg_match( '/PASS|PWD|SECRET|CRED|AUTH/i', $name ) ) ) {
			return self::shape( $name, $value );
		}
		return null === $value || is_scalar( $value ) ? $value : null;
	}

	/** What may be known of a secret. Lengths in bytes. */
	private static function shape( $name, $value ) {
		$raw     = is_scalar( $value ) ? (string) $value : '';
		$trimmed = trim( $raw );
		$bare    = preg_replace( '/^[\s\x{A0}\x{FEFF}\x{200B}-\x{200D}\x{2060}]+|[\s\x{A0}\x{FEFF}\x{200B}-\x{200D}\x{2060}]+$/u', '', $trimmed );
		$trimmed = is_string( $bare ) ? $bare : $trimmed;
		$charset = 'other';
		$tests   = array(
			'empty'  => '/^$/D',
			'hex'    => '/^[0-9A-Fa-f]+$/D',
			'alnum'  => '/^[0-9A-Za-z]+$/D',
			'base64' => '#^[0-9A-Za-z+/]+={0,2}$#D',
		);
		foreach ( $tests as $kind => $test ) {
			if ( 1 === preg_match( $test, $trimmed ) ) {
				$charset = $kind;
				break;
			}
		}
		$quotes = '[\'"`\x{B4}\x{2018}-\x{201F}\x{AB}\x{BB}\x{2039}\x{203A}]';
		$shape  = array(
			'secret'         => true,
			'defined'        => true,
			'length'         => strlen( $raw ),
			'trimmed_length' => strlen( $trimmed ),
			'charset'        => $charset,
			'quoted'         => 1 === preg_match( '/^' . $quotes . '|' . $quotes . '$/Du', $trimmed ),
			'inner_space'    => 1 === preg_match( '/[\s\x{A0}]/u', $trimmed ),
			'placeholder'    => self::is_placeholder( $trimmed ),
		);
		if ( self::API_KEY === $name && '' !== $raw ) {
			$shape['sha256_8'] = substr( hash( 'sha256', $raw ), 0, 8 );
		}
		if ( '0' === $raw ) {
			$shape['truthy'] = false;
		}
		return $shape;
	}

	/** What a manual says in place of a key. */
	private static function is_placeholder( $text ) {
		$bare = trim( trim( $text, "<>[]{}()'\"`" ) );
		if ( '' === $bare ) {
			return false;
		}
		$filler = '/^(?:(.)\1{2,}|[.…*]+|x[x-]*)$/Dius';
		$words  = '/^(?:your|my|the|insert|enter|put|paste|add|change|replace|example|sample|dummy|test|todo|tbd|placeholder|fill|set)(?![0-9])[\W_]*'
			. '(?:your|my|the|me|in|it|here|this|unique|closte|client|site|api|app|secret|phrase|key|token|password|with|from|value|[\W_])*$/Diu';
		$names  = '/^(?:closte|client|api|app|secret|key|token|here|[\W_])+$/Diu';
		return 1 === preg_match( $filler, $bare ) || 1 === preg_match( $words, $bare ) || 1 === preg_match( $names, $bare );
	}

	private function content_dir() {
		return defined( 'WP_CONTENT_DIR' ) ? rtrim( (string) WP_CONTENT_DIR, '/' ) : ABSPATH . 'wp-content';
	}

	private function plugin_dir() {
		return defined( 'WP_PLUGIN_DIR' ) ? rtrim( (string) WP_PLUGIN_DIR, '/' ) : $this->content_dir() . '/plugins';
	}

	private function mu_dir() {
		return defined( 'WPMU_PLUGIN_DIR' ) ? rtrim( (string) WPMU_PLUGIN_DIR, '/' ) : $this->content_dir() . '/mu-plugins';
	}

	private function wp_version() {
		$text = self::head( ABSPATH . 'wp-includes/version.php', 16384 );
		return 1 === preg_match( '/\$wp_version\s*=\s*([\'"])([^\'"]+)\1/', $text, $found ) ? $found[2] : null;
	}

	private static function head( $file, $bytes ) {
		$text = is_file( $file ) && is_readable( $file ) ? file_get_contents( $file, false, null, 0, $bytes ) : '';
		return (string) $text;
	}

	private function installed_slug() {
		foreach ( self::SLUGS as $slug ) {
			if ( is_dir( $this->plugin_dir() . '/' . $slug ) ) {
				return $slug;
			}
		}
		return null;
	}

	/** Slug and version of the plugin, the latter from the header of its main file. */
	private function plugin( $slug ) {
		if ( null === $slug ) {
			return array( null, null );
		}
		foreach ( array( $this->plugin_dir(), $this->mu_dir() ) as $folder ) {
			$text = self::head( "$folder/$slug/$slug.php", 8192 );
			if ( 1 === preg_match( '/^[ \t\/*#@]*Version:\s*(\S+)/mi', $text, $found ) ) {
				return array( $slug, $found[1] );
			}
		}
		return array( $slug, null );
	}

	private function sunrise( $content ) {
		$file = $content . '/sunrise.php';
		if ( ! is_file( $file ) ) {
			return array(
				'exists'      => false,
				'version'     => null,
				'plugin_slug' => null,
				'ours'        => false,
			);
		}
		$text    = self::head( $file, 65536 );
		$version = 1 === preg_match( '/WP_ULTIMO_SUNRISE_VERSION[\'"]?\s*[=,]\s*[\'"]([^\'"]+)[\'"]/', $text, $found ) ? $found[1] : null;
		$slug    = 1 === preg_match( '#/([A-Za-z0-9_-]+)/inc/class-sunrise\.php#', $text, $found ) ? $found[1] : null;
		return array(
			'exists'      => true,
			'version'     => $version,
			'plugin_slug' => $slug,
			'ours'        => false !== strpos( $text, 'WP Ultimo Starts' ),
		);
	}

	/* ---- 3. the tables, all of one moment ---- */

	private function stage_tables() {
		foreach ( array( 'DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_HOST' ) as $name ) {
			if ( ! defined( $name ) ) {
				if ( '' !== $this->config->text && $this->is_parsed ) {
					$this->problem( 'collector: database', "$name is not defined: the database was not observed" );
				}
				return;
			}
		}
		if ( ! class_exists( 'mysqli' ) ) {
			$this->problem( 'collector: database', 'no mysqli in the CLI PHP: the database was not observed' );
			return;
		}
		if ( ! $this->database->connect( $this->seconds( 'connect_seconds', 8 ) ) ) {
			$dropin = file_exists( $this->content_dir() . '/db.php' ) ? '; wp-content/db.php replaces the connection' : '';
			$this->problem( 'collector: database', $this->database_words() . $dropin );
			return;
		}
		if ( ! $this->database->begin( $this->seconds( 'statement_seconds', 20 ) ) ) {
			$this->problem( 'collector: database', 'the server will not keep the session read-only, so nothing was read: ' . $this->database_words() );
			$this->database->close();
			return;
		}
		if ( $this->has_tables() ) {
			$this->choose_network();
			$this->network_options();
			$this->main_site_options();
			$this->stored_secrets();
			$this->mappings();
			$this->other_networks();
			$this->scheduler();
			$this->legacy();
		}
		$this->database->close();
	}

	private function seconds( $name, $default ) {
		return isset( $this->request[ $name ] ) ? (float) $this->request[ $name ] : (float) $default;
	}

	private function database_words() {
		return 'mysqli ' . $this->database->errno . ': ' . $this->masker->mask( $this->database->error );
	}

	private function table( $name ) {
		return Closte_Doctor_Database::named( $this->prefix . $name );
	}

	/** Are there tables of WordPress with this prefix? */
	private function has_tables() {
		if ( null !== $this->database->select( 'SELECT 1 FROM ' . $this->table( 'options' ) . ' LIMIT 1' ) ) {
			return true;
		}
		$words = $this->database_words();
		if ( null !== $this->database->select( 'SELECT 1 FROM ' . $this->table( 'site' ) . ' LIMIT 1' ) ) {
			return true;
		}
		$this->problem( 'collector: database', "no tables with the prefix '" . $this->prefix . "': " . $words );
		return false;
	}

	/** The network of --url, else of DOMAIN_CURRENT_SITE, else the main one. */
	private function choose_network() {
		$networks = $this->database->select( 'SELECT id, domain, path FROM ' . $this->table( 'site' ) . ' ORDER BY id' );
		if ( ! $networks ) {
			$words = null === $networks ? $this->database_words() : 'the table of networks is empty';
			$this->problem( 'collector: network', ( defined( 'MULTISITE' ) && MULTISITE ? '' : 'this WordPress is no network (MULTISITE is not defined): ' ) . $words );
			return;
		}
		$this->main_network = defined( 'PRIMARY_NETWORK_ID' ) ? (int) PRIMARY_NETWORK_ID : (int) $networks[0]['id'];
		$url                = (string) $this->request['url'];
		$wanted             = '' !== $url ? $this->network_at( $url, $networks ) : null;
		if ( '' !== $url && null === $wanted ) {
			$this->problem( 'collector: network', "Error: Site '" . self::cut( $url, 200 ) . "' not found. Verify `--url=<url>` matches an existing site." );
		}
		if ( null === $wanted && defined( 'DOMAIN_CURRENT_SITE' ) ) {
			$current = DOMAIN_CURRENT_SITE . ( defined( 'PATH_CURRENT_SITE' ) ? PATH_CURRENT_SITE : '/' );
			$wanted  = $this->network_at( $current, $networks );
			if ( null === $wanted && '' === $url ) {
				$this->problem( 'collector: network', "Error: Site '" . self::cut( $current, 200 ) . "' not found. Verify DOMAIN_CURRENT_SITE matches an existing site or use `--url=<url>` to override." );
			}
		}
		if ( null === $wanted ) {
			$id     = defined( 'SITE_ID_CURRENT_SITE' ) ? (int) SITE_ID_CURRENT_SITE : $this->main_network;
			$wanted = $networks[0];
			foreach ( $networks as $network ) {
				$wanted = (int) $network['id'] === $id ? $network : $wanted;
			}
		}
		$this->network   = $wanted;
		$this->networks  = array_slice( $networks, 0, self::NETWORKS );
		$this->main_site = $this->main_site_of( $wanted );
		$this->note(
			array(
				'network_id'     => (int) $wanted['id'],
				'network_domain' => (string) $wanted['domain'],
				'main_site_id'   => $this->main_site,
				'networks'       => $this->networks,
			)
		);
	}

	/** The network that answers at this address: its own, or that of the site there. */
	private function network_at( $url, array $networks ) {
		$parts = parse_url( false === strpos( $url, '://' ) ? 'http://' . $url : $url );
		if ( ! is_array( $parts ) || empty( $parts['host'] ) ) {
			return null;
		}
		$hosts = array_unique( array( strtolower( $parts['host'] . ( isset( $parts['port'] ) ? ':' . $parts['port'] : '' ) ), strtolower( $parts['host'] ) ) );
		$path  = rtrim( isset( $parts['path'] ) ? $parts['path'] : '', '/' ) . '/';
		$best  = null;
		foreach ( $networks as $network ) {
			$is_here = in_array( strtolower( (string) $network['domain'] ), $hosts, true ) && 0 === strpos( $path, (string) $network['path'] );
			if ( $is_here && ( null === $best || strlen( $network['path'] ) > strlen( $best['path'] ) ) ) {
				$best = $network;
			}
		}
		if ( null !== $best ) {
			return $best;
		}
		foreach ( $hosts as $host ) {
			$id = $this->database->value( 'SELECT site_id FROM ' . $this->table( 'blogs' ) . ' WHERE domain=' . $this->database->quoted( $host ) . ' LIMIT 1' );
			$id = null !== $id ? $id : $this->database->value(
				'SELECT b.site_id FROM ' . $this->table( 'wu_domain_mappings' ) . ' m JOIN ' . $this->table( 'blogs' ) . ' b ON b.blog_id=m.blog_id WHERE m.domain=' . $this->database->quoted( $host ) . ' LIMIT 1'
			);
			foreach ( $networks as $network ) {
				if ( null !== $id && (int) $network['id'] === (int) $id ) {
					return $network;
				}
			}
		}
		return null;
	}

	private function main_site_of( array $network ) {
		$is_current = defined( 'DOMAIN_CURRENT_SITE' ) && defined( 'PATH_CURRENT_SITE' ) && defined( 'BLOG_ID_CURRENT_SITE' )
			&& DOMAIN_CURRENT_SITE === $network['domain'] && PATH_CURRENT_SITE === $network['path'];
		if ( $is_current ) {
			return (int) BLOG_ID_CURRENT_SITE;
		}
		$id = $this->database->value(
			'SELECT blog_id FROM ' . $this->table( 'blogs' ) . ' WHERE domain=' . $this->database->quoted( $network['domain'] ) . ' AND path=' . $this->database->quoted( $network['path'] ) . ' ORDER BY blog_id LIMIT 1'
		);
		if ( null === $id ) {
			$id = $this->database->value( 'SELECT blog_id FROM ' . $this->table( 'blogs' ) . ' WHERE site_id=' . (int) $network['id'] . ' ORDER BY blog_id LIMIT 1' );
		}
		return null === $id ? 1 : (int) $id;
	}

	/** Prefix of a site's own tables, as wpdb::get_blog_prefix. */
	private function site_prefix( $blog_id ) {
		return $this->prefix . ( 1 === $blog_id && ( defined( 'MULTISITE' ) || null === $this->network ) ? '' : $blog_id . '_' );
	}

	/** Network options by name; null where the table cannot be read. */
	private function meta( array $names ) {
		$quoted = array_map( array( $this->database, 'quoted' ), $names );
		$rows   = $this->database->select(
			'SELECT meta_key AS name, LENGTH(meta_value) AS bytes, IF(LENGTH(meta_value)<=' . self::LARGE_VALUE . ', meta_value, NULL) AS value FROM ' . $this->table( 'sitemeta' )
			. ' WHERE site_id=' . (int) $this->network['id'] . ' AND meta_key IN (' . implode( ',', $quoted ) . ') ORDER BY meta_id DESC'
		);
		return $this->by_name( $rows );
	}

	private function by_name( $rows ) {
		if ( null === $rows ) {
			return null;
		}
		$found = array();
		foreach ( $rows as $row ) {
			if ( null === $row['value'] && (int) $row['bytes'] > self::LARGE_VALUE ) {
				$this->problem( 'collector: options', $row['name'] . ' is too large to be read: ' . $row['bytes'] . ' bytes' );
				continue;
			}
			$found[ $row['name'] ] = $row['value'];
		}
		return $found;
	}

	/** A stored option as PHP has it; objects are not made. */
	private static function decoded( $text ) {
		if ( ! is_string( $text ) || 1 !== preg_match( '/^(?:[abdis]:|N;|O:|C:|E:)/', $text ) ) {
			return $text;
		}
		$value = @unserialize( $text, array( 'allowed_classes' => false ) );
		return false === $value && 'b:0;' !== $text ? $text : self::plain( $value, 0 );
	}

	/** Without objects, and not deeper than anybody needs. */
	private static function plain( $value, $depth ) {
		if ( is_array( $value ) ) {
			return $depth > 20 ? null : array_map(
				static function ( $inner ) use ( $depth ) {
					return self::plain( $inner, $depth + 1 );
				},
				$value
			);
		}
		return is_object( $value ) ? null : $value;
	}

	private function network_options() {
		if ( null === $this->network ) {
			return;
		}
		$extra = array( self::STORED_KEY, 'active_sitewide_plugins', 'ms_files_rewriting', 'WPLANG', 'closte', 'auth_key', 'auth_salt' );
		$meta  = $this->meta( array_merge( self::OPTIONS, $extra ) );
		if ( null === $meta ) {
			$this->problem( 'collector: options', $this->database_words() );
			return;
		}
		$this->network_meta = $meta;
		$this->masker->add( 'AUTH_KEY', isset( $meta['auth_key'] ) ? $meta['auth_key'] : null );
		$this->masker->add( 'AUTH_SALT', isset( $meta['auth_salt'] ) ? $meta['auth_salt'] : null );
		$closte   = self::decoded( isset( $meta['closte'] ) ? $meta['closte'] : null );
		$settings = self::decoded( isset( $meta['wp-ultimo_v2_settings'] ) ? $meta['wp-ultimo_v2_settings'] : null );
		foreach ( array( $closte, $settings ) as $named ) {
			foreach ( is_array( $named ) ? $named : array() as $name => $value ) {
				if ( Closte_Doctor_Masker::is_secret( (string) $name ) ) {
					$this->masker->add( (string) $name, $value );
				}
			}
		}
		$this->note(
			array(
				'object_cache'          => $this->object_cache( $closte ),
				'plugin_network_active' => $this->active_plugin( self::decoded( isset( $meta['active_sitewide_plugins'] ) ? $meta['active_sitewide_plugins'] : null ) ),
			)
		);
		foreach ( self::OPTIONS as $name ) {
			if ( array_key_exists( $name, $meta ) ) {
				$this->option( $name, self::decoded( $meta[ $name ] ) );
			}
		}
		if ( ! empty( $meta[ self::STORED_KEY ] ) ) {
			$this->stored_credential( (string) $meta[ self::STORED_KEY ] );
		}
		$this->writer->json( 'done', 'options' );
	}

	private function option( $name, $value ) {
		if ( 'wp-ultimo_v2_settings' === $name && is_array( $value ) ) {
			$value = (object) array_intersect_key( $value, array_flip( self::SETTINGS ) );
		} elseif ( array() === $value && 'legacy_not_migrated' !== $name ) {
			$value = (object) array();
		} elseif ( is_string( $value ) ) {
			$value = self::cut( $value, 1000 );
		}
		$this->writer->json(
			'option',
			array(
				'name'  => $name,
				'value' => $value,
			)
		);
	}

	/** Which of the plugin's names is network-active; notes the version of that one. */
	private function active_plugin( $active ) {
		foreach ( is_array( $active ) ? array_keys( $active ) : array() as $file ) {
			$slug = strtok( (string) $file, '/' );
			if ( in_array( $slug, self::SLUGS, true ) ) {
				$plugin = $this->plugin( $slug );
				$this->note(
					array(
						'plugin_slug'    => $plugin[0],
						'plugin_version' => $plugin[1],
					)
				);
				return true;
			}
		}
		foreach ( self::SLUGS as $slug ) {
			if ( is_file( $this->mu_dir() . "/$slug/$slug.php" ) ) {
				return true;
			}
		}
		return false;
	}

	/** Is the object cache of web requests on? Closte's drop-in has a switch of its own, off by default. */
	private function object_cache( $closte ) {
		$file = $this->content_dir() . '/object-cache.php';
		$off  = ( defined( 'DISABLE_CLOSTE_PLUGIN' ) && DISABLE_CLOSTE_PLUGIN ) || ( defined( 'DISABLE_OBJECT_CACHE_PERMANENTLY' ) && DISABLE_OBJECT_CACHE_PERMANENTLY );
		if ( ! is_file( $file ) || $off ) {
			return false;
		}
		if ( false === stripos( self::head( $file, 65536 ), 'closte' ) ) {
			return true;
		}
		return is_array( $closte ) && ! empty( $closte['enable_object_cache'] );
	}

	/**
	 * Secrets of the network and of its main site that are options: told to the masker, and not sent. What
	 * reads as a host's name or a number is none, whatever it is called, and would mask half of the evidence.
	 */
	private function stored_secrets() {
		$places = array(
			array( 'meta_key', 'meta_value', $this->table( 'sitemeta' ), null === $this->network ? '' : ' AND site_id=' . (int) $this->network['id'] ),
			array( 'option_name', 'option_value', Closte_Doctor_Database::named( $this->site_prefix( $this->main_site ) . 'options' ), '' ),
		);
		foreach ( $places as $place ) {
			list( $name, $value, $table, $and ) = $place;
			$names = $this->database->select(
				"SELECT $name AS name FROM $table WHERE ($name REGEXP '(_key|_secret|_password|_token)\$' OR $name REGEXP '^wu_hosting_credential_')$and ORDER BY $name REGEXP '^wu_hosting_credential_' DESC, $name LIMIT " . self::MOST_SECRETS
			);
			if ( ! $names ) {
				continue;
			}
			$quoted = array_map( array( $this->database, 'quoted' ), array_column( $names, 'name' ) );
			$rows   = $this->database->select( "SELECT $name AS name, $value AS value FROM $table WHERE $name IN (" . implode( ',', $quoted ) . ")$and AND LENGTH($value) BETWEEN 8 AND 4096" );
			foreach ( (array) $rows as $row ) {
				$text = self::STORED_KEY === $row['name'] ? null : self::decoded( $row['value'] );
				if ( is_string( $text ) && 1 !== preg_match( '/^(?:[0-9.,:\s-]+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24})$/D', $text ) ) {
					$this->masker->add( preg_replace( '/[^A-Za-z0-9_.-]/', '', $row['name'] ), $this->opened_credential( $text ) );
				}
			}
		}
	}

	/** A credential of the plugin's store as it is used, where this PHP can open it; else as it is stored. */
	private function opened_credential( $stored ) {
		$kind = self::stored_kind( $stored );
		if ( 'plain' === $kind ) {
			return $stored;
		}
		$text = $this->opened_text( $kind, $stored );
		return null === $text || '' === $text ? $stored : $text;
	}

	/** How the plugin keeps it. */
	private static function stored_kind( $stored ) {
		return 0 === strpos( $stored, '$wu_enc$' ) ? 'encrypted-openssl' : ( 0 === strpos( $stored, '$wu_sodium$' ) ? 'encrypted-sodium' : 'plain' );
	}

	/** Null where this PHP lacks what it takes. */
	private function opened_text( $kind, $stored ) {
		$is_openssl = 'encrypted-openssl' === $kind;
		if ( ! function_exists( $is_openssl ? 'openssl_decrypt' : 'sodium_crypto_secretbox_open' ) ) {
			return null;
		}
		$bytes = (string) base64_decode( substr( $stored, strlen( $is_openssl ? '$wu_enc$' : '$wu_sodium$' ) ) );
		return self::decrypted( $kind, $bytes, hash( 'sha256', $this->auth_salt(), true ) );
	}

	/** The key that the plugin keeps encrypted since 2.4.11: how, and whether it can be read again. */
	private function stored_credential( $stored ) {
		$kind  = self::stored_kind( $stored );
		$text  = 'plain' === $kind ? $stored : $this->opened_text( $kind, $stored );
		$can   = null !== $text;
		$text  = (string) $text;
		$reads = '' !== $text && 1 === preg_match( '/^[\x20-\x7E\s]+$/D', $text );
		if ( $reads ) {
			$this->stored_key = $text;
			$this->masker->add( self::API_KEY, $text );
		}
		$this->option(
			self::STORED_KEY,
			array(
				'stored'   => $kind,
				'decrypts' => $can ? $reads : null,
			)
		);
	}

	private static function decrypted( $kind, $bytes, $key ) {
		if ( 'encrypted-openssl' === $kind ) {
			return (string) @openssl_decrypt( substr( $bytes, 16 ), 'aes-256-cbc', $key, 0, substr( $bytes, 0, 16 ) );
		}
		if ( strlen( $bytes ) <= SODIUM_CRYPTO_SECRETBOX_NONCEBYTES ) {
			return '';
		}
		$nonce = substr( $bytes, 0, SODIUM_CRYPTO_SECRETBOX_NONCEBYTES );
		return (string) @sodium_crypto_secretbox_open( substr( $bytes, SODIUM_CRYPTO_SECRETBOX_NONCEBYTES ), $nonce, $key );
	}

	/** wp_salt( 'auth' ): constants that are set, unique and no sample text, else the stored ones. */
	private function auth_salt() {
		$seen = array( 'put your unique phrase here' => 2 );
		foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE', 'SECRET' ) as $scheme ) {
			foreach ( array( 'KEY', 'SALT' ) as $part ) {
				if ( defined( "{$scheme}_{$part}" ) ) {
					$text          = (string) constant( "{$scheme}_{$part}" );
					$seen[ $text ] = isset( $seen[ $text ] ) ? 2 : 1;
				}
			}
		}
		$salt = '';
		foreach ( array( 'KEY', 'SALT' ) as $part ) {
			$found = '';
			foreach ( array( "AUTH_$part", "SECRET_$part" ) as $name ) {
				if ( '' === $found && defined( $name ) && constant( $name ) && 1 === $seen[ (string) constant( $name ) ] ) {
					$found = (string) constant( $name );
				}
			}
			$stored = 'auth_' . strtolower( $part );
			$salt  .= '' !== $found ? $found : ( isset( $this->network_meta[ $stored ] ) ? (string) $this->network_meta[ $stored ] : '' );
		}
		return $salt;
	}

	/** What the main site's own options say: its address, uploads, language and WP-Cron. */
	private function main_site_options() {
		$names = array( 'siteurl', 'home', 'upload_path', 'WPLANG', 'cron' );
		$rows  = $this->database->select(
			'SELECT option_name AS name, LENGTH(option_value) AS bytes, IF(LENGTH(option_value)<=' . self::LARGE_VALUE . ', option_value, NULL) AS value FROM '
			. Closte_Doctor_Database::named( $this->site_prefix( $this->main_site ) . 'options' )
			. ' WHERE option_name IN (' . implode( ',', array_map( array( $this->database, 'quoted' ), $names ) ) . ')'
		);
		$found = $this->by_name( $rows );
		if ( null === $found ) {
			$this->problem( 'collector: options', $this->database_words() );
			return;
		}
		$this->main_options = $found;
		$site_url           = isset( $found['siteurl'] ) ? (string) $found['siteurl'] : null;
		$locale             = $this->locale( $found );
		$this->note(
			array(
				'site_url'         => $site_url,
				'locale'           => $locale,
				'development_mode' => null === $site_url ? null : 1 === preg_match( '#(localhost|staging.*\.|\.local|\.test)#', $site_url ),
				'messages'         => (object) $this->messages( $locale ),
			)
		);
		if ( array_key_exists( 'cron', $found ) || ( $rows && ! isset( $found['cron'] ) ) ) {
			$this->cron( self::decoded( isset( $found['cron'] ) ? $found['cron'] : 'a:0:{}' ) );
		}
	}

	private function locale( array $options ) {
		$locale = defined( 'WPLANG' ) ? (string) WPLANG : '';
		foreach ( array( $this->network_meta, $options ) as $source ) {
			$locale = isset( $source['WPLANG'] ) ? (string) $source['WPLANG'] : $locale;
		}
		return '' === $locale ? 'en_US' : $locale;
	}

	/** Rows as `wp cron event list` prints them. */
	private function cron( $cron ) {
		if ( ! is_array( $cron ) ) {
			$this->problem( 'collector: cron', "the option 'cron' cannot be read" );
			return;
		}
		$rows = array();
		foreach ( $cron as $time => $hooks ) {
			foreach ( is_int( $time ) && is_array( $hooks ) ? $hooks : array() as $hook => $events ) {
				foreach ( is_array( $events ) ? $events : array() as $event ) {
					$rows[] = array(
						'hook'         => (string) $hook,
						'next_run_gmt' => gmdate( 'Y-m-d H:i:s', $time ),
						'recurrence'   => self::interval( is_array( $event ) && ! empty( $event['interval'] ) ? (int) $event['interval'] : 0 ),
					);
					if ( count( $rows ) >= Closte_Doctor_Database::PAGE ) {
						$this->writer->rows( 'rows:cron', $rows );
						$rows = array();
					}
				}
			}
		}
		$this->writer->rows( 'rows:cron', $rows );
		$this->writer->json( 'done', 'cron' );
	}

	/** An interval in WP-CLI's words. */
	private static function interval( $seconds ) {
		if ( $seconds <= 0 ) {
			return 'Non-repeating';
		}
		$units = array(
			'year'   => 31536000,
			'month'  => 2592000,
			'week'   => 604800,
			'day'    => 86400,
			'hour'   => 3600,
			'minute' => 60,
			'second' => 1,
		);
		$words = array();
		foreach ( $units as $unit => $length ) {
			$count = intdiv( $seconds, $length );
			if ( $count > 0 && count( $words ) < 2 ) {
				$words[]  = $count . ' ' . $unit . ( 1 === $count ? '' : 's' );
				$seconds -= $count * $length;
			}
		}
		return implode( ' ', $words );
	}

	private function mapping_table( $network = null ) {
		$network = null === $network ? $this->network : $network;
		$is_main = null === $network || (int) $network['id'] === $this->main_network;
		return 'wu_' . ( $is_main ? '' : (int) $network['id'] . '_' ) . 'domain_mappings';
	}

	/** Sites and mapping rows, each paged by its key. */
	private function mappings() {
		$table  = $this->table( $this->mapping_table() );
		$column = $this->database->select( 'SHOW COLUMNS FROM ' . $table . " LIKE 'stage'" );
		$is_there = null !== $column;
		if ( ! $is_there && 1146 !== $this->database->errno ) {
			$this->problem( 'collector: domain_mappings', $this->database_words() );
		} else {
			$this->option( 'mapping_columns', $is_there ? ( isset( $column[0]['Type'] ) ? (string) $column[0]['Type'] : '' ) : null );
		}
		$blogs = array();
		if ( $is_there ) {
			$this->paged(
				'domain_mappings',
				'SELECT id, blog_id, domain, active, primary_domain, secure, stage, date_created, date_modified FROM ' . $table . ' WHERE id > %s ORDER BY id',
				'id',
				function ( array $row ) use ( &$blogs ) {
					$blogs[ (int) $row['blog_id'] ] = true;
					$this->resolve_later( $row );
				}
			);
		} elseif ( 1146 === $this->database->errno ) {
			$this->writer->rows( 'rows:domain_mappings', array() );
			$this->writer->json( 'done', 'domain_mappings' );
		}
		$this->sites( $blogs );
	}

	private function resolve_later( array $row ) {
		$name = Closte_Doctor_Resolver::askable( $row['domain'] );
		if ( null === $name ) {
			return;
		}
		if ( in_array( $row['stage'], array( 'done', 'done-without-ssl' ), true ) ) {
			$this->askable_other[ $name ] = true;
			if ( count( $this->askable_other ) > 200 ) {
				array_shift( $this->askable_other );
			}
			return;
		}
		$this->askable_urgent[ $name ] = true;
		if ( count( $this->askable_urgent ) > 200 ) {
			array_shift( $this->askable_urgent );
		}
	}

	/** Sites of this network, and those of others that a mapping of this one points to. */
	private function sites( array $mapped ) {
		if ( null === $this->network ) {
			return;
		}
		$home    = isset( $this->main_options['home'] ) ? (string) $this->main_options['home'] : '';
		$scheme  = 0 === strpos( $home, 'https' ) ? 'https' : 'http';
		$columns = 'SELECT blog_id, domain, path, public, archived, spam, deleted, registered FROM ' . $this->table( 'blogs' );
		$address = static function ( array &$row ) use ( $scheme, &$mapped ) {
			unset( $mapped[ (int) $row['blog_id'] ] );
			$row['url'] = $scheme . '://' . $row['domain'] . $row['path'];
		};
		if ( ! $this->paged( 'sites', $columns . ' WHERE site_id=' . (int) $this->network['id'] . ' AND blog_id > %s ORDER BY blog_id', 'blog_id', $address, false ) ) {
			return;
		}
		foreach ( array_chunk( array_keys( $mapped ), Closte_Doctor_Database::PAGE ) as $ids ) {
			$rows = $this->database->select( $columns . ' WHERE blog_id IN (' . implode( ',', $ids ) . ')' );
			if ( null === $rows ) {
				$this->problem( 'collector: sites', $this->database_words() );
				return;
			}
			foreach ( $rows as &$row ) {
				$address( $row );
			}
			unset( $row );
			$this->writer->rows( 'rows:sites', $rows );
		}
		$this->writer->json( 'done', 'sites' );
	}

	/**
	 * Names that other networks of this database have: Closte's list is of the whole app, and without
	 * them they would look like nobody's.
	 */
	private function other_networks() {
		if ( null === $this->network || count( $this->networks ) < 2 ) {
			return;
		}
		foreach ( $this->networks as &$network ) {
			if ( (int) $network['id'] !== (int) $this->network['id'] ) {
				$network['domains'] = $this->names_of( $network );
			}
		}
		unset( $network );
		$this->note( array( 'networks' => $this->networks ) );
	}

	/** Mapped domains of another network, and addresses of its sites outside its own domain; null where not all could be read. */
	private function names_of( array $network ) {
		$limit  = ' LIMIT ' . ( self::NAMES_OF_OTHERS + 1 );
		$under  = $this->database->quoted( '%.' . preg_replace( '/^www\./i', '', (string) $network['domain'] ) );
		$mapped = $this->database->select( 'SELECT domain FROM ' . $this->table( $this->mapping_table( $network ) ) . ' ORDER BY id' . $limit );
		if ( null === $mapped && 1146 !== $this->database->errno ) {
			return null;
		}
		$native = $this->database->select(
			'SELECT DISTINCT domain FROM ' . $this->table( 'blogs' ) . ' WHERE site_id=' . (int) $network['id'] . ' AND domain NOT LIKE ' . $under . $limit
		);
		if ( null === $native || max( count( (array) $mapped ), count( $native ) ) > self::NAMES_OF_OTHERS ) {
			return null;
		}
		return array_values( array_unique( array_map( 'strval', array_column( array_merge( (array) $mapped, $native ), 'domain' ) ) ) );
	}

	/** Pages of a table, in the order of its key. `$sql` has `%s` for the last key seen. */
	private function paged( $name, $sql, $key, callable $each, $is_whole = true ) {
		$last = '0';
		do {
			$rows = $this->database->select( sprintf( $sql, (int) $last ) . ' LIMIT ' . Closte_Doctor_Database::PAGE );
			if ( null === $rows ) {
				$this->problem( "collector: $name", $this->database_words() );
				return false;
			}
			foreach ( $rows as &$row ) {
				$each( $row );
				$last = $row[ $key ];
			}
			unset( $row );
			if ( $rows || '0' === $last ) {
				$this->writer->rows( "rows:$name", $rows );
			}
		} while ( count( $rows ) >= Closte_Doctor_Database::PAGE && $this->writer->open );
		if ( $is_whole ) {
			$this->writer->json( 'done', $name );
		}
		return true;
	}

	/* ---- Action Scheduler: the main site's tables ---- */

	private function scheduler() {
		$actions = Closte_Doctor_Database::named( $this->site_prefix( $this->main_site ) . 'actionscheduler_actions' );
		$groups  = Closte_Doctor_Database::named( $this->site_prefix( $this->main_site ) . 'actionscheduler_groups' );
		$found   = $this->database->select( 'SELECT group_id, slug FROM ' . $groups . " WHERE slug='domain'" );
		if ( null === $found ) {
			if ( 1146 === $this->database->errno ) {
				$this->writer->json( 'no-tables', 'scheduler' );
			} else {
				$this->problem( 'collector: scheduler', $this->database_words() );
			}
			return;
		}
		$ids   = array_map( 'intval', array_column( $found, 'group_id' ) );
		$ids   = $ids ? $ids : array( -1 );
		$whole = true;
		foreach ( $ids as $id ) {
			$whole = $whole && $this->domain_actions( $actions, $id );
		}
		if ( ! $whole ) {
			return;
		}
		$this->writer->json( 'done', 'scheduler' );
		$this->other_actions( $actions, $groups, $ids );
	}

	private function action_columns() {
		return 'SELECT a.action_id, a.hook, a.status, a.scheduled_date_gmt, a.last_attempt_gmt, a.attempts, COALESCE(a.extended_args, a.args) AS args';
	}

	/** All actions of one group, newest first; of the complete ones not more than the limit. */
	private function domain_actions( $table, $group ) {
		$limit    = isset( $this->request['complete_actions'] ) ? (int) $this->request['complete_actions'] : 100000;
		$complete = 0;
		$last     = PHP_INT_MAX;
		$index    = ' FORCE INDEX (group_id)';
		do {
			$only = $complete >= $limit ? " AND a.status <> 'complete'" : '';
			$sql  = ' FROM ' . $table . ' a%s WHERE a.group_id=' . $group . ' AND a.action_id < ' . $last . $only . ' ORDER BY a.action_id DESC LIMIT ' . Closte_Doctor_Database::PAGE;
			$rows = $this->database->select( $this->action_columns() . sprintf( $sql, $index ) );
			if ( null === $rows && 1176 === $this->database->errno ) {
				$index = '';
				$rows  = $this->database->select( $this->action_columns() . sprintf( $sql, '' ) );
			}
			if ( null === $rows ) {
				$this->problem( 'collector: scheduler', $this->database_words() );
				return false;
			}
			foreach ( $rows as &$row ) {
				$row['group'] = 'domain';
				$complete    += 'complete' === $row['status'] ? 1 : 0;
				$last         = (int) $row['action_id'];
			}
			unset( $row );
			$this->actions( $rows );
		} while ( count( $rows ) >= Closte_Doctor_Database::PAGE && $this->writer->open );
		if ( $complete >= $limit ) {
			$this->problem( 'collector: scheduler', "left out: complete actions older than the newest $limit" );
		}
		return true;
	}

	/** Actions, and what Action Scheduler's own log says of each. */
	private function actions( array $rows ) {
		$this->writer->rows( 'rows:scheduler', $rows );
		if ( ! $rows ) {
			return;
		}
		$table = Closte_Doctor_Database::named( $this->site_prefix( $this->main_site ) . 'actionscheduler_logs' );
		$ids   = implode( ',', array_map( 'intval', array_column( $rows, 'action_id' ) ) );
		$last  = 0;
		do {
			$logs = $this->database->select(
				'SELECT log_id, action_id, log_date_gmt, LEFT(message, 2000) AS message FROM ' . $table . " WHERE action_id IN ($ids) AND log_id > $last ORDER BY log_id LIMIT 2000"
			);
			if ( null === $logs ) {
				$this->problem( 'collector: scheduler log', $this->database_words() );
				return;
			}
			foreach ( $logs as &$log ) {
				$last = (int) $log['log_id'];
				unset( $log['log_id'] );
			}
			unset( $log );
			$this->writer->rows( 'rows:scheduler_log', $logs );
		} while ( count( $logs ) >= 2000 && $this->writer->open );
	}

	/** Of the other groups, the newest complete and the oldest pending action of each hook. */
	private function other_actions( $actions, $groups, array $ids ) {
		$chosen = array();
		$orders = array(
			'complete' => 'DESC',
			'pending'  => 'ASC',
		);
		foreach ( $orders as $status => $order ) {
			$rows = $this->database->select(
				'SELECT a.action_id, a.hook, a.group_id FROM ' . $actions . " a WHERE a.status='$status' ORDER BY a.scheduled_date_gmt $order LIMIT 5000"
			);
			if ( null === $rows ) {
				$this->problem( 'collector: scheduler', 'left out: the actions of other groups: ' . $this->database_words() );
				return;
			}
			foreach ( $rows as $row ) {
				if ( ! in_array( (int) $row['group_id'], $ids, true ) && ! isset( $chosen[ $status . ' ' . $row['hook'] ] ) ) {
					$chosen[ $status . ' ' . $row['hook'] ] = (int) $row['action_id'];
				}
			}
		}
		foreach ( array_chunk( array_values( $chosen ), 200 ) as $some ) {
			$rows = $this->database->select(
				$this->action_columns() . ', g.slug AS `group` FROM ' . $actions . ' a LEFT JOIN ' . $groups . ' g ON g.group_id=a.group_id WHERE a.action_id IN (' . implode( ',', $some ) . ')'
			);
			if ( null === $rows ) {
				$this->problem( 'collector: scheduler', 'left out: the actions of other groups: ' . $this->database_words() );
				return;
			}
			$this->actions( $rows );
		}
	}

	/** The table of WP Ultimo 1 and Mercator: how many rows, and which were never taken over. */
	private function legacy() {
		$old  = $this->table( 'domain_mapping' );
		$rows = $this->database->select( 'SELECT COUNT(*) AS n FROM ' . $old );
		if ( null === $rows ) {
			if ( 1146 === $this->database->errno ) {
				$this->option( 'legacy_mapping_rows', null );
			} else {
				$this->problem( 'collector: legacy', $this->database_words() );
			}
			return;
		}
		$this->option( 'legacy_mapping_rows', (int) $rows[0]['n'] );
		$stored = $this->database->select( 'SELECT domain FROM ' . $old . ' ORDER BY domain LIMIT 5000' );
		$left   = array();
		// Asked by value and not joined: the two tables can be of different collations.
		foreach ( array_chunk( array_column( (array) $stored, 'domain' ), Closte_Doctor_Database::PAGE ) as $domains ) {
			$quoted = array_map( array( $this->database, 'quoted' ), $domains );
			$taken  = $this->database->select( 'SELECT domain FROM ' . $this->table( $this->mapping_table() ) . ' WHERE domain IN (' . implode( ',', $quoted ) . ')' );
			if ( null === $taken ) {
				$this->problem( 'collector: legacy', $this->database_words() );
				return;
			}
			$taken = array_flip( array_map( 'strtolower', array_column( $taken, 'domain' ) ) );
			foreach ( $domains as $domain ) {
				if ( ! isset( $taken[ strtolower( (string) $domain ) ] ) ) {
					$left[] = (string) $domain;
				}
			}
		}
		$this->option( 'legacy_not_migrated', array_slice( $left, 0, 1000 ) );
	}

	/* ---- translations of the plugin's messages, read as data ---- */

	private function messages( $locale ) {
		if ( 'en_US' === $locale || 1 !== preg_match( '/^[A-Za-z0-9_@-]{2,40}$/', $locale ) ) {
			return array();
		}
		$folder = defined( 'WP_LANG_DIR' ) ? rtrim( (string) WP_LANG_DIR, '/' ) : $this->content_dir() . '/languages';
		$wanted = array_map( array( 'Closte_Doctor_Translations', 'bare' ), self::MESSAGES );
		$found  = array();
		foreach ( self::SLUGS as $domain ) {
			$base = "$folder/plugins/$domain-$locale";
			$read = array();
			if ( is_readable( "$base.l10n.php" ) && filesize( "$base.l10n.php" ) < self::LARGE_VALUE ) {
				$read = Closte_Doctor_Translations::from_php( (string) file_get_contents( "$base.l10n.php" ), $wanted );
			} elseif ( is_readable( "$base.mo" ) && filesize( "$base.mo" ) < 2 * self::LARGE_VALUE ) {
				$read = Closte_Doctor_Translations::from_mo( (string) file_get_contents( "$base.mo" ), $wanted );
			}
			$found += $read;
		}
		return $found;
	}

	/* ---- 4. the plugin's logs ---- */

	private function stage_logs() {
		if ( '' === $this->config->text ) {
			return;
		}
		$folder = $this->uploads() . '/wu-logs';
		if ( 1 === preg_match( self::WRAPPER, $folder ) ) {
			$this->note(
				array(
					'logs_dir'       => $folder,
					'logs_collected' => false,
				)
			);
			$this->problem( 'collector: logs', 'not read: the uploads are behind a stream wrapper, which only a running WordPress has' );
			return;
		}
		$files  = $this->log_files( $folder );
		$total  = array_sum( array_column( (array) $files, 'size' ) );
		$this->note(
			array(
				'logs_dir'          => $folder,
				'logs_dir_writable' => $this->is_writable( $folder ),
				'logs_bytes'        => null === $files ? null : $total,
				'logs_collected'    => null !== $files,
			)
		);
		if ( null === $files ) {
			return;
		}
		if ( ! $this->knows_secrets() ) {
			$this->note( array( 'logs_collected' => false ) );
			$this->problem( 'collector: logs', 'not sent: wp-config.php was not evaluated to its end, so nobody knows what to mask in them' );
			return;
		}
		$until = microtime( true ) + $this->seconds( 'log_seconds', 60 );
		$left  = 0;

		$this->writer->is_batching = true;
		foreach ( self::shared( $files, isset( $this->request['log_bytes'] ) ? (int) $this->request['log_bytes'] : 67108864 ) as $number => $file ) {
			if ( 0 === $file['share'] && $file['size'] > 0 || microtime( true ) > $until ) {
				$left += $file['size'];
				continue;
			}
			$left += $this->log_file( $number, $folder . '/' . $file['name'], $file, $until );
		}
		$this->writer->is_batching = false;
		$this->writer->flush();
		if ( $left > 0 ) {
			$this->problem( 'collector: logs', "left out: $left of $total bytes of logs, the oldest of each file" );
		}
	}

	/** As _wp_upload_dir for the main site, without the folder of the month. */
	private function uploads() {
		$path = isset( $this->main_options['upload_path'] ) ? trim( (string) $this->main_options['upload_path'] ) : '';
		if ( empty( $path ) || 'wp-content/uploads' === $path ) {
			$folder = $this->content_dir() . '/uploads';
		} elseif ( 0 === strpos( $path, '/' ) || 1 === preg_match( self::WRAPPER, $path ) ) {
			$folder = rtrim( $path, '/' );
		} else {
			$folder = ABSPATH . rtrim( $path, '/' );
		}
		$is_multi = null !== $this->network;
		$rewrites = $is_multi && $this->rewrites_files();
		if ( defined( 'UPLOADS' ) && ! $rewrites ) {
			$folder = ABSPATH . rtrim( (string) UPLOADS, '/' );
		}
		$is_main_network = ! $is_multi || (int) $this->network['id'] === $this->main_network;
		if ( ! $is_multi || ( $is_main_network && defined( 'MULTISITE' ) ) ) {
			return $folder;
		}
		return $rewrites ? $this->blogs_dir() : $folder . ( defined( 'MULTISITE' ) ? '/sites/' : '/' ) . $this->main_site;
	}

	/** Is ms-files.php on? Without that option WordPress says so: of a network from before 3.5, which has this folder. */
	private function rewrites_files() {
		if ( ! array_key_exists( 'ms_files_rewriting', $this->network_meta ) ) {
			return is_dir( $this->content_dir() . '/blogs.dir' );
		}
		return ! empty( $this->network_meta['ms_files_rewriting'] );
	}

	/** The folder of a site's files in such a network, as ms_upload_constants and _wp_upload_dir have it. */
	private function blogs_dir() {
		if ( defined( 'BLOGUPLOADDIR' ) ) {
			return rtrim( (string) BLOGUPLOADDIR, '/' );
		}
		if ( defined( 'UPLOADS' ) ) {
			return ABSPATH . rtrim( (string) UPLOADS, '/' );
		}
		$base = defined( 'UPLOADBLOGSDIR' ) ? (string) UPLOADBLOGSDIR : 'wp-content/blogs.dir';
		$base = 'wp-content/blogs.dir' === $base ? $this->content_dir() . '/blogs.dir' : ABSPATH . rtrim( $base, '/' );
		return $base . '/' . $this->main_site . '/files';
	}

	/** Could the plugin write there? Of a folder that is not there yet: could it be made? */
	private function is_writable( $folder ) {
		while ( ! file_exists( $folder ) && strlen( $folder ) > 1 ) {
			$folder = dirname( $folder );
		}
		return is_dir( $folder ) && is_writable( $folder );
	}

	/** Log files: those that matter first, the newest first; null where the folder cannot be listed. */
	private function log_files( $folder ) {
		$files = array();
		$names = is_dir( $folder ) ? @scandir( $folder ) : array();
		if ( false === $names ) {
			$this->problem( 'collector: logs', "the folder $folder cannot be listed" );
			return null;
		}
		foreach ( $names as $name ) {
			$path = $folder . '/' . $name;
			if ( '.log' !== substr( $name, -4 ) || ! is_file( $path ) ) {
				continue;
			}
			if ( is_link( $path ) ) {
				$this->problem( 'collector: logs', "left out: $name is a link, and may lead to anything" );
				continue;
			}
			if ( ! is_readable( $path ) ) {
				$this->problem( 'collector: logs', "$name cannot be read" );
				continue;
			}
			$files[] = array(
				'name' => $name,
				'size' => (int) filesize( $path ),
				'time' => (int) filemtime( $path ),
				'rank' => 1 === preg_match( '/^(integration-closte|domain-|dns-|credential-store|sunrise)/', $name ) ? 0 : 1,
			);
		}
		usort(
			$files,
			static function ( array $a, array $b ) {
				return array( $a['rank'], -$a['time'], $a['name'] ) <=> array( $b['rank'], -$b['time'], $b['name'] );
			}
		);
		return $files;
	}

	/** The budget: the files that matter first, small ones whole, large ones evenly, each from its end. */
	private static function shared( array $files, $budget ) {
		foreach ( array( 0, 1 ) as $rank ) {
			$order = array();
			foreach ( $files as $number => $file ) {
				if ( $rank === $file['rank'] ) {
					$order[ $number ] = $file['size'];
				}
			}
			asort( $order );
			$waiting = count( $order );
			foreach ( $order as $number => $size ) {
				$files[ $number ]['share'] = (int) min( $size, max( 0, intdiv( $budget, max( 1, $waiting ) ) ) );
				$budget                   -= $files[ $number ]['share'];
				--$waiting;
			}
		}
		return $files;
	}

	/** One file in masked blocks. Returns how many bytes were left out. */
	private function log_file( $number, $path, array $file, $until ) {
		$stream = @fopen( $path, 'rb' );
		if ( false === $stream ) {
			$this->problem( 'collector: logs', $file['name'] . ' cannot be opened' );
			return $file['size'];
		}
		$from = $file['size'] - $file['share'];
		if ( $from > 0 ) {
			// Begin with a whole line; a record that began before stays out.
			fseek( $stream, $from - 1 );
			--$from;
			do {
				$skipped = fgets( $stream, 1048576 );
				$from   += strlen( (string) $skipped );
			} while ( is_string( $skipped ) && "\n" !== substr( $skipped, -1 ) );
		}
		$this->writer->json(
			'log-file',
			array(
				'number' => $number,
				'name'   => $file['name'],
				'size'   => $file['size'],
				'from'   => $from,
			)
		);
		$rest = '';
		$at   = $from;
		while ( $at < $file['size'] && $this->writer->open && microtime( true ) < $until ) {
			$piece = fread( $stream, min( 262144, $file['size'] - $at ) );
			if ( false === $piece || '' === $piece ) {
				break;
			}
			$at               += strlen( $piece );
			list( $out, $rest ) = $this->masker->mask_from( $rest . $piece, $at >= $file['size'] );
			if ( '' !== $out ) {
				$this->writer->bytes( 'log:' . $number, $out );
			}
		}
		fclose( $stream );
		if ( '' !== $rest && $this->writer->open ) {
			// The time was over, or the file has become shorter: what was read is sent all the same.
			$this->writer->bytes( 'log:' . $number, $this->masker->mask( $rest ) );
		}
		$this->writer->json( 'log-end', $number );
		return $file['size'] - $at + $from;
	}

	/* ---- 5. the Closte API ---- */

	private function stage_api() {
		if ( empty( $this->request['api'] ) || '' === $this->config->text ) {
			return;
		}
		$key = defined( self::API_KEY ) && constant( self::API_KEY ) ? constant( self::API_KEY ) : $this->stored_key;
		if ( ! is_string( $key ) || '' === $key ) {
			if ( $this->is_complete ) {
				$this->writer->json( 'api', array() );
			}
			return;
		}
		$home = (string) parse_url( isset( $this->main_options['siteurl'] ) ? (string) $this->main_options['siteurl'] : '', PHP_URL_HOST );
		$api  = new Closte_Doctor_Api( $key, $this->request, $home );
		foreach ( $api->calls() as $call ) {
			// One by one: an answer of megabytes is not in the memory twice over.
			$this->writer->json( 'api', array( $call ) );
		}
	}

	/* ---- 6. names as this server resolves them ---- */

	private function stage_dns() {
		if ( empty( $this->request['dns'] ) ) {
			return;
		}
		$names = array();
		foreach ( isset( $this->request['dns_names'] ) ? (array) $this->request['dns_names'] : array() as $asked ) {
			$names[ (string) Closte_Doctor_Resolver::askable( $asked ) ] = true;
		}
		if ( null !== $this->network ) {
			$names[ (string) Closte_Doctor_Resolver::askable( $this->network['domain'] ) ] = true;
		}
		$names += array_reverse( $this->askable_urgent, true ) + array_reverse( $this->askable_other, true );
		unset( $names[''] );
		$until = microtime( true ) + $this->seconds( 'dns_seconds', 10 );
		$limit = isset( $this->request['dns_limit'] ) ? (int) $this->request['dns_limit'] : 25;
		foreach ( array_slice( array_keys( $names ), 0, $limit ) as $name ) {
			if ( microtime( true ) > $until ) {
				$this->problem( 'collector: dns', 'left out: names that the time did not reach' );
				break;
			}
			$this->writer->rows( 'rows:dns', array( Closte_Doctor_Resolver::answer( (string) $name ) ) );
		}
	}

	/* ---- 7. only with --runtime: WordPress itself, without its cron ---- */

	private function stage_runtime() {
		if ( empty( $this->request['runtime'] ) ) {
			return;
		}
		if ( ! class_exists( 'WP_CLI' ) ) {
			$this->problem( 'collector: runtime', 'WordPress was not loaded: there is no WP-CLI to load it with' );
			return;
		}
		if ( '' === $this->prefix ) {
			return;
		}
		WP_CLI::add_wp_hook(
			'init',
			static function () {
				remove_action( 'init', 'wp_cron' );
			},
			0
		);
		$this->listen();
		try {
			WP_CLI::get_runner()->load_wordpress();
		} catch ( Throwable $thrown ) {
			$said = $this->unbuffered();
			$this->quiet();
			$this->problem( 'collector: runtime', 'PHP Fatal error: Uncaught ' . $this->words( $thrown ), $said );
			return;
		}
		$said = $this->unbuffered();
		$this->quiet();
		$this->noise( $said );
		$this->note( $this->running() );
	}

	private function runtime_ended( $fatal, $said ) {
		$is_ours = null !== $fatal && 1 === preg_match( '/^Cannot (re)?declare .*Runner\.php/s', $fatal['message'] . $fatal['file'] );
		$words   = $is_ours
			? 'WordPress was not loaded: wp-config.php declares functions or classes, and cannot be evaluated twice'
			: ( null === $fatal ? 'PHP ended while WordPress loaded, without an error (exit, die or wp_die)' : $this->fatal_words( $fatal ) . ' while WordPress loaded' );
		$this->problem( 'collector: runtime', $words, $said );
	}

	/** What only a running WordPress knows. */
	private function running() {
		$running = array();
		foreach ( array_merge( self::ASKED, self::RUNNING ) as $name ) {
			if ( ! Closte_Doctor_Masker::is_secret( $name ) || self::API_KEY === $name ) {
				$running[ $name ] = defined( $name ) ? self::shown( $name, constant( $name ) ) : null;
			}
		}
		$main = function_exists( 'get_main_site_id' ) ? get_main_site_id() : $this->main_site;
		if ( function_exists( 'switch_to_blog' ) ) {
			switch_to_blog( $main );
		}
		$uploads = wp_upload_dir( null, false );
		if ( function_exists( 'restore_current_blog' ) ) {
			restore_current_blog();
		}
		$folder    = rtrim( (string) $uploads['basedir'], '/' ) . '/wu-logs';
		$listeners = array();
		foreach ( array( 'wu_add_domain', 'wu_remove_domain', 'wu_async_process_domain_stage' ) as $hook ) {
			$listeners[ $hook ] = (bool) has_action( $hook );
		}
		return array(
			'reached'           => 'runtime',
			'runtime_constants' => (object) $running,
			'runtime_logs_dir'  => $folder,
			'listeners'         => $listeners,
			'locale'            => is_multisite() && function_exists( 'get_blog_option' ) && get_blog_option( $main, 'WPLANG' ) ? get_blog_option( $main, 'WPLANG' ) : get_locale(),
		);
	}

	/* ---- 8. the end marker ---- */

	private function stage_end() {
		$this->writer->json(
			'end',
			array(
				'seconds'  => round( microtime( true ) - $this->began, 3 ),
				'memory'   => memory_get_peak_usage() - $this->memory,
				'bent'     => $this->writer->bent,
				'warnings' => $this->warnings,
			)
		);
	}
}

/** Translation files as data: neither kind is run. */
final class Closte_Doctor_Translations {

	/** A message however its placeholders are written: `%1$s` as `%s`. */
	public static function bare( $message ) {
		return (string) preg_replace( '/%(?:\d+\$)?[sdu]/', '%', $message );
	}

	/** A `.l10n.php` file, by its tokens. @return array<string,string> */
	public static function from_php( $text, array $wanted ) {
		$found = array();
		$key   = null;
		$value = null;
		foreach ( function_exists( 'token_get_all' ) ? token_get_all( $text ) : array() as $token ) {
			$is = is_array( $token ) ? $token[0] : $token;
			if ( T_CONSTANT_ENCAPSED_STRING === $is ) {
				$piece = self::unquoted( $token[1] );
				$value = null === $value ? $piece : $value . $piece;
			} elseif ( T_DOUBLE_ARROW === $is ) {
				$key   = $value;
				$value = null;
			} elseif ( ',' === $is || ']' === $is || ')' === $is ) {
				if ( null !== $key && null !== $value && in_array( self::bare( $key ), $wanted, true ) ) {
					$found[ $key ] = $value;
				}
				$key   = null;
				$value = null;
			}
		}
		return $found;
	}

	private static function unquoted( $literal ) {
		$inner = substr( $literal, 1, -1 );
		return '"' === $literal[0] ? stripcslashes( $inner ) : str_replace( array( "\\'", '\\\\' ), array( "'", '\\' ), $inner );
	}

	/** A `.mo` file. @return array<string,string> */
	public static function from_mo( $text, array $wanted ) {
		$magic = substr( $text, 0, 4 );
		$int   = "\xDE\x12\x04\x95" === $magic ? 'V' : ( "\x95\x04\x12\xDE" === $magic ? 'N' : null );
		if ( null === $int || strlen( $text ) < 28 ) {
			return array();
		}
		$head  = unpack( "{$int}revision/{$int}count/{$int}originals/{$int}translations", substr( $text, 4, 16 ) );
		$found = array();
		for ( $i = 0; $i < min( $head['count'], 100000 ); ++$i ) {
			$place = substr( $text, $head['originals'] + 8 * $i, 8 );
			$there = substr( $text, $head['translations'] + 8 * $i, 8 );
			if ( 8 !== strlen( $place ) || 8 !== strlen( $there ) ) {
				break;
			}
			$place    = unpack( "{$int}length/{$int}at", $place );
			$there    = unpack( "{$int}length/{$int}at", $there );
			$original = explode( "\0", substr( $text, $place['at'], $place['length'] ) );
			if ( in_array( self::bare( $original[0] ), $wanted, true ) ) {
				$translated            = explode( "\0", substr( $text, $there['at'], $there['length'] ) );
				$found[ $original[0] ] = $translated[0];
			}
		}
		return $found;
	}
}

// WP-CLI has the argument in $args; plain php in $argv, with the folder behind it.
Closte_Doctor_Collector::main( isset( $args[0] ) ? $args[0] : ( isset( $argv[1] ) ? $argv[1] : '' ), isset( $argv[2] ) ? $argv[2] : '' );
