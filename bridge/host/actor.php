<?php
/*
 * closte-doctor's hand on one WordPress network: the one script that changes anything there.
 *
 * It is sent on stdin to `wp eval-file - --skip-wordpress`, behind the classes of collector.php (Writer,
 * Masker, Config, Database), which only observe. Read top to bottom it is all that can be done:
 *
 *   1. Session  the site's database, written to with a lock of our own and rows locked while we compare
 *   2. Caller   calls of the Closte API with the key of this host, which never leaves it
 *   3. Places   what is there now: rows, settings, aliases, by the names that plans and journals use
 *   4. Actor    look at places, or carry out steps: compare, act, read back, say so
 *
 * A step is acted on only where every place still is as it was when the intention was written down. What
 * the database changes it changes in one transaction, so that a step happens wholly or not at all.
 * WordPress is loaded whole (never without its plugins) where the plugin's own model is wanted, at most
 * once, and with `wp_cron` taken off `init`. Values come as data in the one argument.
 */

/** A reason not to act, in words for people. */
final class Closte_Doctor_Refused extends RuntimeException {
}

/** The database, for comparing and changing. One transaction per step; `$wpdb` where WordPress runs. */
final class Closte_Doctor_Session {

	/** @var mysqli|null */
	private $link = null;
	/** @var bool use WordPress's own connection, so that the model's changes are in our transaction */
	public $is_wordpress = false;

	public function connect() {
		mysqli_report( MYSQLI_REPORT_OFF );
		$place = Closte_Doctor_Database::place( (string) DB_HOST );
		$link  = mysqli_init();
		$link->options( MYSQLI_OPT_CONNECT_TIMEOUT, 8 );
		$flags = defined( 'MYSQL_CLIENT_FLAGS' ) ? (int) MYSQL_CLIENT_FLAGS : 0;
		if ( null === $place || ! @$link->real_connect( $place[0], (string) DB_USER, (string) DB_PASSWORD, (string) DB_NAME, $place[1], $place[2], $flags ) ) {
			throw new Closte_Doctor_Refused( 'the database cannot be reached: mysqli ' . mysqli_connect_errno() );
		}
		@$link->set_charset( 'utf8mb4' );
		$this->link = $link;
		// As WordPress does: a strict session would not put back an empty stage or a date of noughts. And the
		// lock is this connection's, which is idle while Closte is waited for.
		$this->run( "SET SESSION sql_mode='', wait_timeout=28800, innodb_lock_wait_timeout=10" );
	}

	/** A lock that ends with this process, whoever else acts on this network, from wherever. */
	public function lock( $name, $seconds ) {
		$rows = $this->own( 'SELECT GET_LOCK(' . $this->literal( $name ) . ', ' . (int) $seconds . ') AS locked' );
		if ( ! $rows || '1' !== (string) $rows[0]['locked'] ) {
			throw new Closte_Doctor_Refused( 'another run is changing this network right now' );
		}
	}

	private function literal( $text ) {
		return "'" . $this->link->real_escape_string( (string) $text ) . "'";
	}

	public function quoted( $text ) {
		if ( $this->is_wordpress ) {
			return "'" . $GLOBALS['wpdb']->_real_escape( (string) $text ) . "'";
		}
		return $this->literal( $text );
	}

	private function own( $sql ) {
		$result = @$this->link->query( $sql );
		if ( ! ( $result instanceof mysqli_result ) ) {
			throw new Closte_Doctor_Refused( 'mysqli ' . $this->link->errno . ': ' . $this->link->error );
		}
		$rows = $result->fetch_all( MYSQLI_ASSOC );
		$result->free();
		return $rows;
	}

	/** Rows of a statement, all values as text or null. @return list<array<string,string|null>> */
	public function rows( $sql ) {
		if ( ! $this->is_wordpress ) {
			return $this->own( $sql );
		}
		$wpdb  = $GLOBALS['wpdb'];
		$quiet = $wpdb->suppress_errors( true );
		$rows  = $wpdb->get_results( $sql, ARRAY_A );
		$said  = (string) $wpdb->last_error;
		$wpdb->suppress_errors( $quiet );
		if ( '' !== $said ) {
			throw new Closte_Doctor_Refused( $said );
		}
		return (array) $rows;
	}

	/** Run a statement that changes; the number of rows it changed. */
	public function run( $sql ) {
		if ( $this->is_wordpress ) {
			$wpdb    = $GLOBALS['wpdb'];
			$quiet   = $wpdb->suppress_errors( true );
			$changed = $wpdb->query( $sql );
			$said    = (string) $wpdb->last_error;
			$wpdb->suppress_errors( $quiet );
			if ( false === $changed ) {
				throw new Closte_Doctor_Refused( '' !== $said ? $said : 'the database refused a statement' );
			}
			return (int) $changed;
		}
		if ( ! @$this->link->query( $sql ) ) {
			throw new Closte_Doctor_Refused( 'mysqli ' . $this->link->errno . ': ' . $this->link->error );
		}
		return (int) $this->link->affected_rows;
	}
}

/** Calls of the Closte API with the exact wire values of DOMAIN 1.2 to 1.4. */
final class Closte_Doctor_Caller {

	const LARGEST = 8388608;

	private $base;
	private $key;
	private $connect;
	private $total;

	public function __construct( array $request, $key ) {
		$this->base    = rtrim( (string) $request['api_url'], '/' );
		$this->key     = $key;
		$this->connect = (float) $request['api_connect_seconds'];
		$this->total   = (float) $request['api_seconds'];
	}

	/** One call, once. A record as in `closte.json`. */
	public function call( $method, $endpoint, array $fields = array() ) {
		$began  = microtime( true );
		$record = array(
			'endpoint'     => $endpoint,
			'method'       => $method,
			'vantage'      => 'host',
			'keyed'        => true,
			'asked_domain' => isset( $fields['domain'] ) ? $fields['domain'] : null,
			'http_status'  => null,
			'body'         => '',
			'error'        => null,
			'seconds'      => 0.0,
			'at'           => gmdate( 'Y-m-d\TH:i:s\Z' ),
		);
		if ( ! is_string( $this->key ) || '' === $this->key ) {
			throw new Closte_Doctor_Refused( 'there is no API key on this host' );
		}
		if ( ! function_exists( 'curl_init' ) ) {
			throw new Closte_Doctor_Refused( 'PHP has no curl on this host; use --api-from here' );
		}
		if ( $this->is_blocked() ) {
			throw new Closte_Doctor_Refused( 'User has blocked requests through HTTP.' );
		}
		$form   = http_build_query( array( 'apikey' => $this->key ) + $fields, '', '&' );
		$body   = '';
		$handle = curl_init();
		curl_setopt_array( $handle, $this->options( $method, $endpoint, $form, $body ) );
		curl_exec( $handle );
		$code   = curl_errno( $handle );
		$status = (int) curl_getinfo( $handle, CURLINFO_RESPONSE_CODE );
		if ( CURLE_OK !== $code ) {
			$limit           = CURLE_OPERATION_TIMEDOUT === $code ? sprintf( ' (limit %s s)', $this->total ) : '';
			$record['error'] = 'cURL error ' . $code . ': ' . curl_strerror( $code ) . $limit;
		} else {
			$record['http_status'] = 0 === $status ? null : $status;
			$record['body']        = $body;
		}
		// A call that never left the host cannot have been acted on.
		$never                = array( CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR, 60 );
		$record['unsent']     = in_array( $code, $never, true );
		$record['seconds']    = round( microtime( true ) - $began, 3 );
		return $record;
	}

	private function options( $method, $endpoint, $form, &$body ) {
		$options = array(
			CURLOPT_URL               => $this->base . $endpoint . ( 'GET' === $method ? '?' . $form : '' ),
			CURLOPT_FOLLOWLOCATION    => false,
			CURLOPT_CONNECTTIMEOUT_MS => (int) ( 1000 * $this->connect ),
			CURLOPT_TIMEOUT_MS        => (int) ( 1000 * $this->total ),
			CURLOPT_NOSIGNAL          => true,
			CURLOPT_USERAGENT         => 'closte-doctor',
			CURLOPT_SSL_VERIFYPEER    => true,
			CURLOPT_SSL_VERIFYHOST    => 2,
			CURLOPT_PROTOCOLS         => CURLPROTO_HTTP | CURLPROTO_HTTPS,
			CURLOPT_FORBID_REUSE      => true,
			CURLOPT_FRESH_CONNECT     => true,
			CURLOPT_WRITEFUNCTION     => static function ( $ignored, $piece ) use ( &$body ) {
				$body .= $piece;
				return strlen( $body ) > self::LARGEST ? 0 : strlen( $piece );
			},
		);
		if ( 'POST' === $method ) {
			$options[ CURLOPT_POST ]       = true;
			$options[ CURLOPT_POSTFIELDS ] = $form;
		}
		$authorities = ABSPATH . 'wp-includes/certificates/ca-bundle.crt';
		if ( is_readable( $authorities ) ) {
			$options[ CURLOPT_CAINFO ] = $authorities;
		}
		if ( defined( 'WP_PROXY_HOST' ) && defined( 'WP_PROXY_PORT' ) && ! $this->is_listed( 'WP_PROXY_BYPASS_HOSTS' ) ) {
			$options[ CURLOPT_PROXY ]     = (string) WP_PROXY_HOST;
			$options[ CURLOPT_PROXYPORT ] = (int) WP_PROXY_PORT;
			if ( defined( 'WP_PROXY_USERNAME' ) && defined( 'WP_PROXY_PASSWORD' ) ) {
				$options[ CURLOPT_PROXYAUTH ]    = CURLAUTH_ANY;
				$options[ CURLOPT_PROXYUSERPWD ] = WP_PROXY_USERNAME . ':' . WP_PROXY_PASSWORD;
			}
		}
		return $options;
	}

	/** As WP_Http::block_request: the plugin's own calls would not leave this host either. */
	private function is_blocked() {
		return defined( 'WP_HTTP_BLOCK_EXTERNAL' ) && WP_HTTP_BLOCK_EXTERNAL && ! $this->is_listed( 'WP_ACCESSIBLE_HOSTS' );
	}

	private function is_listed( $constant ) {
		$host = (string) parse_url( $this->base, PHP_URL_HOST );
		if ( 'localhost' === $host ) {
			return true;
		}
		foreach ( defined( $constant ) ? preg_split( '|,\s*|', (string) constant( $constant ) ) : array() as $entry ) {
			if ( 1 === preg_match( '/^' . str_replace( '\*', '.+', preg_quote( $entry, '/' ) ) . '$/i', $host ) ) {
				return true;
			}
		}
		return false;
	}
}

/** What is there now, by the names that plans and journals use (analyzers/steps.py). */
final class Closte_Doctor_Places {

	const SETTINGS     = 'wp-ultimo_v2_settings';
	const INTEGRATIONS = 'wu_host_integrations_enabled';
	/** Only these settings: the option holds secrets of other services as well. */
	const OPEN         = array( 'dns_check_interval', 'error_logging_level' );
	/** Where an answer of `getdomains` may keep its list, an element its name, and an error its words. */
	const LISTS        = array( 'domains', 'aliases', 'data', 'items', 'result', 'results' );
	const NAMES        = array( 'domain', 'hostname', 'name', 'host', 'domainname', 'fqdn', 'alias', 'domainalias', 'url' );
	const ERRORS       = array( 'error', 'message', 'errors', 'detail', 'error_description' );
	const DEEPEST      = 6;

	private $session;
	private $network;
	/** @var list<string>|null Closte's list, as it was read last */
	public $aliases = null;

	public function __construct( Closte_Doctor_Session $session, array $network ) {
		$this->session = $session;
		$this->network = $network;
	}

	public function table( $name ) {
		return Closte_Doctor_Database::named( $this->network['prefix'] . $name );
	}

	/** The mapping table; on a network that is not the main one it has a number in its name (DOMAIN 2.1). */
	public function mappings() {
		$main = defined( 'PRIMARY_NETWORK_ID' ) ? (int) PRIMARY_NETWORK_ID : null;
		if ( null === $main ) {
			$rows = $this->session->rows( 'SELECT MIN(id) AS id FROM ' . $this->table( 'site' ) );
			$main = (int) $rows[0]['id'];
		}
		return $this->table( 'wu_' . ( $main === (int) $this->network['id'] ? '' : (int) $this->network['id'] . '_' ) . 'domain_mappings' );
	}

	public function scheduler( $name ) {
		$main   = (int) $this->network['main_site_id'];
		$prefix = 1 === $main && defined( 'MULTISITE' ) ? '' : $main . '_';
		return $this->table( $prefix . 'actionscheduler_' . $name );
	}

	/** The value of a place; with `$hold` its rows stay locked until the transaction ends. */
	public function read( $place, $hold = false ) {
		$lock = $hold ? ' FOR UPDATE' : '';
		if ( 1 === preg_match( '/^row (\d+)$/D', $place, $found ) ) {
			$rows = $this->session->rows( 'SELECT * FROM ' . $this->mappings() . ' WHERE id=' . (int) $found[1] . $lock );
			return $rows ? $rows[0] : null;
		}
		if ( 1 === preg_match( '/^rows of site (\d+)$/D', $place, $found ) ) {
			$rows = $this->session->rows( 'SELECT id FROM ' . $this->mappings() . ' WHERE blog_id=' . (int) $found[1] . ' ORDER BY id' . $lock );
			return array_map( 'intval', array_column( $rows, 'id' ) );
		}
		if ( 1 === preg_match( '/^rows of (.+)$/Ds', $place, $found ) ) {
			return $this->rows_of( $found[1], $lock );
		}
		if ( 1 === preg_match( '/^alias (.+)$/Ds', $place, $found ) ) {
			return null === $this->aliases ? null : in_array( self::bare( $found[1] ), $this->aliases, true );
		}
		if ( 1 === preg_match( '/^setting (\w+)$/D', $place, $found ) ) {
			if ( ! in_array( $found[1], self::OPEN, true ) ) {
				throw new Closte_Doctor_Refused( 'this setting is none of ours' );
			}
			return self::at( $this->option( self::SETTINGS, $lock ), $found[1] );
		}
		if ( 'integration closte' === $place ) {
			return self::at( $this->option( self::INTEGRATIONS, $lock ), 'closte' );
		}
		if ( 'option ' . self::INTEGRATIONS === $place ) {
			return null === $this->raw( self::INTEGRATIONS, $lock ) ? null : true;
		}
		if ( 'transient wu_public_network_ip' === $place ) {
			$value = $this->raw( '_site_transient_wu_public_network_ip', $lock );
			return null === $value ? null : array(
				'value'   => $value,
				'timeout' => $this->raw( '_site_transient_timeout_wu_public_network_ip', $lock ),
			);
		}
		if ( 1 === preg_match( '/^action (\d+)$/D', $place, $found ) ) {
			$rows = $this->session->rows( 'SELECT status FROM ' . $this->scheduler( 'actions' ) . ' WHERE action_id=' . (int) $found[1] );
			return $rows ? $rows[0]['status'] : null;
		}
		throw new Closte_Doctor_Refused( 'nobody knows the place ' . $place );
	}

	private function rows_of( $domain, $lock ) {
		$like = '%' . addcslashes( $domain, '%_\\' ) . '%';
		$ids  = array();
		foreach ( $this->session->rows( 'SELECT id, domain FROM ' . $this->mappings() . ' WHERE domain LIKE ' . $this->session->quoted( $like ) . ' ORDER BY id' . $lock ) as $row ) {
			if ( self::bare( $row['domain'] ) === self::bare( $domain ) ) {
				$ids[] = (int) $row['id'];
			}
		}
		return $ids;
	}

	/** A name without white space, controls, case and final dot; an A-label where PHP can make one. */
	public static function bare( $name ) {
		$bare = rtrim( strtolower( (string) preg_replace( '/[\s\x00-\x1f\x7f]+/', '', (string) $name ) ), '.' );
		if ( 1 !== preg_match( '/[\x80-\xff]/', $bare ) || ! function_exists( 'idn_to_ascii' ) ) {
			return $bare;
		}
		$star  = 0 === strpos( $bare, '*.' ) ? '*.' : '';
		$ascii = @idn_to_ascii( substr( $bare, strlen( $star ) ), IDNA_NONTRANSITIONAL_TO_ASCII, INTL_IDNA_VARIANT_UTS46 );
		return is_string( $ascii ) ? $star . $ascii : $bare;
	}

	/** The text of a network option as stored; null where there is none. */
	public function raw( $name, $lock = '' ) {
		$rows = $this->session->rows(
			'SELECT meta_value FROM ' . $this->table( 'sitemeta' ) . ' WHERE site_id=' . (int) $this->network['id'] . ' AND meta_key=' . $this->session->quoted( $name ) . ' ORDER BY meta_id' . $lock
		);
		if ( count( $rows ) > 1 ) {
			throw new Closte_Doctor_Refused( "the network option $name is there more than once" );
		}
		return $rows ? $rows[0]['meta_value'] : null;
	}

	/** An option that holds an array; null where it is not there. Refuses what cannot be written back to the byte. */
	public function option( $name, $lock = '' ) {
		$raw = $this->raw( $name, $lock );
		if ( null === $raw ) {
			return null;
		}
		$value = @unserialize( $raw, array( 'allowed_classes' => false ) );
		if ( ! is_array( $value ) || serialize( $value ) !== $raw ) {
			throw new Closte_Doctor_Refused( "the network option $name is not stored as it should be" );
		}
		return $value;
	}

	private static function at( $option, $name ) {
		return is_array( $option ) && array_key_exists( $name, $option ) ? array( 'value' => $option[ $name ] ) : null;
	}

	/** Put a value back where it was (undo). The caller has compared and holds the transaction. */
	public function put( $place, $value ) {
		if ( 1 === preg_match( '/^row (\d+)$/D', $place, $found ) ) {
			$this->put_row( (int) $found[1], $value );
		} elseif ( 1 === preg_match( '/^setting (\w+)$/D', $place, $found ) && in_array( $found[1], self::OPEN, true ) ) {
			$this->put_key( self::SETTINGS, $found[1], $value );
		} elseif ( 'integration closte' === $place ) {
			$this->put_key( self::INTEGRATIONS, 'closte', $value );
		} elseif ( 'option ' . self::INTEGRATIONS === $place && null === $value ) {
			$this->put_raw( self::INTEGRATIONS, null );
		} elseif ( 'transient wu_public_network_ip' === $place ) {
			$this->put_raw( '_site_transient_wu_public_network_ip', null === $value ? null : $value['value'] );
			$this->put_raw( '_site_transient_timeout_wu_public_network_ip', null === $value ? null : $value['timeout'] );
		} else {
			throw new Closte_Doctor_Refused( 'nothing can be put at ' . $place );
		}
	}

	private function put_row( $id, $row ) {
		if ( null === $row ) {
			$this->session->run( 'DELETE FROM ' . $this->mappings() . ' WHERE id=' . $id );
			return;
		}
		$row += array( 'id' => $id );
		$set  = array();
		foreach ( $row as $column => $value ) {
			if ( 1 !== preg_match( '/^\w+$/D', $column ) ) {
				throw new Closte_Doctor_Refused( 'no such column: ' . $column );
			}
			$set[] = Closte_Doctor_Database::named( $column ) . '=' . ( null === $value ? 'NULL' : $this->session->quoted( $value ) );
		}
		$verb  = null === $this->read( "row $id" ) ? 'INSERT INTO ' : 'UPDATE ';
		$where = 'UPDATE ' === $verb ? ' WHERE id=' . $id : '';
		$this->session->run( $verb . $this->mappings() . ' SET ' . implode( ', ', $set ) . $where );
	}

	private function put_key( $option, $name, $value ) {
		$array = $this->option( $option, ' FOR UPDATE' );
		$array = null === $array ? array() : $array;
		if ( null === $value ) {
			unset( $array[ $name ] );
		} else {
			$array[ $name ] = $value['value'];
		}
		$this->put_raw( $option, serialize( $array ) );
	}

	private function put_raw( $name, $text ) {
		$where = ' WHERE site_id=' . (int) $this->network['id'] . ' AND meta_key=' . $this->session->quoted( $name );
		if ( null === $text ) {
			$this->session->run( 'DELETE FROM ' . $this->table( 'sitemeta' ) . $where );
		} elseif ( null === $this->raw( $name, ' FOR UPDATE' ) ) {
			$this->session->run( 'INSERT INTO ' . $this->table( 'sitemeta' ) . ' SET site_id=' . (int) $this->network['id'] . ', meta_key=' . $this->session->quoted( $name ) . ', meta_value=' . $this->session->quoted( $text ) );
		} else {
			$this->session->run( 'UPDATE ' . $this->table( 'sitemeta' ) . ' SET meta_value=' . $this->session->quoted( $text ) . $where );
		}
	}

	/**
	 * Domain names in an answer of `getdomains`; null where it is no readable list. The shape of its elements
	 * is not public, so as much is understood here as in analyzers/alias_shapes.py, which findings rest on.
	 */
	public static function listed( array $call ) {
		$found = json_decode( trim( preg_replace( '/^\xEF\xBB\xBF/', '', $call['body'] ) ) );
		if ( null === $call['http_status'] || $call['http_status'] >= 400 ) {
			return null;
		}
		return self::succeeded( $found ) ? self::names_in( $found ) : null;
	}

	/** As analyzers/api_answers.py: a bare list answers as well, and so does a wrapper with names in it. */
	private static function succeeded( $found ) {
		if ( ! $found instanceof stdClass ) {
			return is_array( $found );
		}
		if ( property_exists( $found, 'success' ) ) {
			return is_scalar( $found->success ) && in_array( strtolower( trim( (string) $found->success ) ), array( 'true', '1', 'ok', 'yes' ), true );
		}
		return property_exists( $found, 'domains' ) || ( self::names_in( $found ) && '' === self::error_text( $found ) );
	}

	/** The error's words, wherever the answer keeps them. */
	private static function error_text( $found ) {
		foreach ( $found instanceof stdClass ? self::ERRORS : array() as $name ) {
			$said = isset( $found->$name ) ? $found->$name : null;
			if ( is_string( $said ) && '' !== trim( $said ) ) {
				return $said;
			}
			if ( $said instanceof stdClass && isset( $said->text ) && is_string( $said->text ) && '' !== trim( $said->text ) ) {
				return $said->text;
			}
			$first = is_array( $said ) && $said ? $said[0] : $said;
			$inner = is_string( $first ) ? $first : self::error_text( $first );
			if ( '' !== trim( $inner ) ) {
				return $inner;
			}
		}
		return '';
	}

	/** @return list<string>|null null where no list could be read; elements of a shape nobody knows are no empty one */
	private static function names_in( $found ) {
		$listed = is_array( $found ) ? $found : self::collection( $found );
		if ( is_string( $listed ) ) {
			$listed = preg_split( '/[\s,;]+/', $listed, -1, PREG_SPLIT_NO_EMPTY );
			$listed = $listed ? $listed : null;
		}
		if ( null === $listed ) {
			return null;
		}
		$names = self::named( $listed );
		return ! $names && self::holds_something( $listed, 0 ) ? null : $names;
	}

	/** The collection of domains, under the name it should have or under any other; a text is one too. */
	private static function collection( stdClass $found ) {
		if ( isset( $found->domains ) && is_string( $found->domains ) ) {
			return $found->domains;
		}
		$known = self::called_so( $found, 0 );
		if ( null !== $known || property_exists( $found, 'domains' ) ) {
			return $known;
		}
		$others = array_filter( (array) $found, array( __CLASS__, 'is_collection' ) );
		usort( $others, array( __CLASS__, 'lists_first' ) );
		foreach ( $others as $inner ) {
			if ( self::named( $inner ) ) {
				$within = $inner instanceof stdClass ? self::called_so( $inner, 0 ) : null;
				return $within ? $within : $inner;
			}
		}
		return null;
	}

	private static function is_collection( $value ) {
		return is_array( $value ) || $value instanceof stdClass;
	}

	private static function lists_first( $one, $other ) {
		return (int) ( $one instanceof stdClass ) - (int) ( $other instanceof stdClass );
	}

	/** What stands under the name of a list, not too deep. */
	private static function called_so( stdClass $found, $depth ) {
		foreach ( $depth <= self::DEEPEST ? self::LISTS : array() as $name ) {
			$inner = isset( $found->$name ) ? $found->$name : null;
			if ( is_array( $inner ) ) {
				return $inner;
			}
			if ( $inner instanceof stdClass ) {
				$deeper = 'domains' === $name ? null : self::called_so( $inner, $depth + 1 );
				return null === $deeper ? $inner : $deeper;
			}
		}
		return null;
	}

	/** Is there an element in it? A wrapper around nothing is as empty as nothing. */
	private static function holds_something( $found, $depth ) {
		$nested = array_filter( (array) $found, array( __CLASS__, 'is_collection' ) );
		if ( ! $found instanceof stdClass || ! $nested || $depth > self::DEEPEST ) {
			return (bool) (array) $found;
		}
		foreach ( $nested as $inner ) {
			if ( self::holds_something( $inner, $depth + 1 ) ) {
				return true;
			}
		}
		return false;
	}

	/** @return list<string> */
	private static function named( $found ) {
		return array_values( array_filter( array_map( array( __CLASS__, 'name_of' ), self::entries( $found, 0 ) ) ) );
	}

	/** The texts of a collection that may be names. @return list<string> */
	private static function entries( $found, $depth ) {
		if ( $depth > self::DEEPEST ) {
			return array();
		}
		if ( is_string( $found ) ) {
			return array( $found );
		}
		if ( $found instanceof stdClass ) {
			return self::entries_of( $found, $depth );
		}
		$texts = array();
		foreach ( is_array( $found ) ? $found : array() as $element ) {
			$texts = array_merge( $texts, self::entries( $element, $depth + 1 ) );
		}
		return $texts;
	}

	/** Of an object: its name, or its keys, and what lies in it. @return list<string> */
	private static function entries_of( stdClass $found, $depth ) {
		$texts  = array();
		$fields = array();
		foreach ( (array) $found as $key => $value ) {
			$fields[ str_replace( '_', '', strtolower( (string) $key ) ) ] = $value;
		}
		$bare = null;
		foreach ( self::NAMES as $name ) {
			if ( null === $bare && isset( $fields[ $name ] ) && is_string( $fields[ $name ] ) && null !== self::name_of( $fields[ $name ] ) ) {
				$bare = trim( $fields[ $name ] );
			}
		}
		if ( null !== $bare ) {
			$texts[] = $bare;
			// The flag beside a bare name: DOMAIN 1.4 sends both.
			if ( isset( $fields['wildcard'] ) && in_array( $fields['wildcard'], array( true, 1, '1', 'true' ), true ) && 0 !== strpos( $bare, '*.' ) ) {
				$texts[] = '*.' . self::name_of( $bare );
			}
		}
		foreach ( (array) $found as $key => $inner ) {
			$key = (string) $key;
			if ( self::is_collection( $inner ) && ( null === $bare || in_array( $key, self::LISTS, true ) ) ) {
				$texts = array_merge( $texts, self::entries( $inner, $depth + 1 ) );
			} elseif ( is_string( $inner ) && 1 === preg_match( '/^[0-9]+$/D', $key ) ) {
				$texts[] = $inner; // PHP prints an array with gaps as an object
			}
			if ( null === $bare && false !== strpos( $key, '.' ) ) {
				$texts[] = $key;
			}
		}
		return $texts;
	}

	/** A list's entry without a scheme, path or port; null for what is no name. */
	private static function name_of( $text ) {
		if ( 1 === preg_match( '/\s/', trim( $text ) ) ) {
			return null;
		}
		$parts = explode( '://', trim( $text ), 2 );
		$host  = explode( '/', end( $parts ), 2 );
		$host  = explode( ':', $host[0], 2 );
		$name  = self::bare( $host[0] );
		return false === strpos( $name, '.' ) || false !== filter_var( $name, FILTER_VALIDATE_IP ) ? null : $name;
	}
}

/** Looks at places, or carries out steps in their order. */
final class Closte_Doctor_Actor {

	const API_KEY    = 'CLOSTE_CLIENT_API_KEY';
	const STORED_KEY = 'wu_hosting_credential_CLOSTE_CLIENT_API_KEY';
	/** Steps for which the plugin's own model or WordPress's own functions are wanted. */
	const BY_MODEL   = array(
		'domain.recheck', 'domain.mark-done', 'domain.create-record', 'module.enable',
		'settings.check-interval', 'settings.log-level', 'jobs.run-due', 'transient.delete-network-ip',
	);
	const ALIASES    = array( 'alias.add' => '/adddomainalias', 'alias.delete' => '/deletedomainalias' );
	const TASKS      = array(
		'backup.take' => array( '/manualbackup', '/getbackups', 'backups', 'taskid' ),
		'cdn.flush'   => array( '/flushgooglecdn', '/getcdncacheinvalidation', 'tasks', 'id' ),
	);

	private $request;
	private $network;
	private $writer;
	private $masker;
	private $session;
	private $places;
	private $caller = null;
	private $is_over = false;
	private $doing = null;
	private $in_transaction = false;
	private $not_done = array();
	private $buffers = 0;
	/** @var bool did wp-config.php declare what cannot be declared twice? */
	private $is_once = false;
	/** @var list<string> variables that it defined, all of them global */
	public static $variables = array();

	public static function main( $argument, $folder ) {
		$request = json_decode( (string) base64_decode( strtr( (string) $argument, '-_', '+/' ), true ), true );
		if ( ! is_array( $request ) || empty( $request['nonce'] ) ) {
			fwrite( fopen( 'php://stderr', 'wb' ), "closte-doctor: the argument is damaged\n" );
			return;
		}
		$actor = new self( $request );
		$actor->run( (string) $folder );
	}

	private function __construct( array $request ) {
		$this->request = $request;
		$this->network = $request['network'];
		$this->masker  = new Closte_Doctor_Masker();
		$this->writer  = new Closte_Doctor_Writer( (string) $request['nonce'], $this->masker );
		$this->session = new Closte_Doctor_Session();
		$this->places  = new Closte_Doctor_Places( $this->session, $this->network );
	}

	private function run( $folder ) {
		$this->quiet();
		register_shutdown_function( array( $this, 'shutdown' ) );
		if ( ! defined( 'ABSPATH' ) ) {
			define( 'ABSPATH', rtrim( $folder, '/' ) . '/' );
		}
		try {
			$this->evaluate_config();
			$this->session->connect();
			$this->is_the_place();
			$this->writer->json( 'begin', array( 'protocol' => 1, 'php_version' => PHP_VERSION, 'time_gmt' => gmdate( 'Y-m-d\TH:i:s\Z' ) ) );
			// Acting holds it to its end; who wants to know how an act ended waits for it.
			if ( null !== $this->request['lock_seconds'] ) {
				$this->session->lock( 'closte-doctor:' . substr( sha1( DB_NAME . '|' . $this->network['prefix'] ), 0, 24 ), $this->request['lock_seconds'] );
			}
			if ( 'act' === $this->request['phase'] ) {
				array_map( array( $this, 'step' ), $this->request['steps'] );
			} else {
				$this->look();
			}
			$this->writer->json( 'end', array( 'complete' => true ) );
		} catch ( Throwable $thrown ) {
			$this->problem( $this->words( $thrown ), $thrown instanceof Closte_Doctor_Refused );
		}
		$this->is_over = true;
	}

	private function quiet() {
		foreach ( array( 'display_errors', 'log_errors', 'html_errors' ) as $setting ) {
			@ini_set( $setting, '0' );
		}
		@ini_set( 'zend.exception_ignore_args', '1' );
		set_error_handler( '__return_true_closte_doctor' );
	}

	/** PHP ends in the middle of something: take back what is half done, and say where it was. */
	public function shutdown() {
		if ( $this->is_over ) {
			return;
		}
		$this->quiet();
		$this->unbuffered();
		$fatal = error_get_last();
		$words = is_array( $fatal ) && ( $fatal['type'] & ( E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR ) )
			? 'PHP Fatal error: ' . strtok( (string) $fatal['message'], "\n" ) . ' in ' . basename( (string) $fatal['file'] ) . ' line ' . (int) $fatal['line']
			: 'PHP ended without an error (exit, die or wp_die)';
		if ( null !== $this->doing && $this->rolled_back() ) {
			$this->result( $this->doing, 'failed', $words, array() );
		}
		$this->problem( $words, false );
	}

	/** Is what was half done surely gone? Tables without transactions keep it (warning 1196). */
	private function rolled_back() {
		if ( ! $this->in_transaction ) {
			return false;
		}
		try {
			$this->session->run( 'ROLLBACK' );
			$this->in_transaction = false;
			return ! in_array( '1196', array_column( $this->session->rows( 'SHOW WARNINGS' ), 'Code' ), false );
		} catch ( Throwable $ignored ) {
			return false;
		}
	}

	private function unbuffered() {
		while ( $this->buffers > 0 && ob_get_level() >= $this->buffers ) {
			if ( false === ob_get_clean() ) {
				break;
			}
		}
		$this->buffers = 0;
	}

	private function problem( $words, $is_refusal ) {
		$this->writer->json( 'problem', array( 'words' => substr( $words, 0, 1000 ), 'refused' => $is_refusal ) );
	}

	private function words( Throwable $thrown ) {
		return $thrown instanceof Closte_Doctor_Refused ? $thrown->getMessage() : get_class( $thrown ) . ': ' . $thrown->getMessage();
	}

	/* ---- the place: is this the network of the plan? ---- */

	private function evaluate_config() {
		$config = new Closte_Doctor_Config();
		if ( null === $config->find() || ! $config->read() ) {
			throw new Closte_Doctor_Refused( 'wp-config.php cannot be read' );
		}
		$code = $config->code();
		if ( null === $code ) {
			throw new Closte_Doctor_Refused( 'wp-config.php does not load wp-settings.php itself' );
		}
		$declared = self::declared();
		$_SERVER += array( 'HTTP_HOST' => $this->network['domain'], 'SERVER_NAME' => $this->network['domain'], 'SERVER_PORT' => '80', 'REQUEST_URI' => '/' );
		ob_start();
		try {
			self::evaluate( $code );
		} finally {
			ob_end_clean();
			$this->quiet();
		}
		$this->is_once = self::declared() > $declared && self::declares( $code );
		$constants     = get_defined_constants( true );
		foreach ( isset( $constants['user'] ) ? $constants['user'] : array() as $name => $value ) {
			if ( Closte_Doctor_Masker::is_secret( $name ) ) {
				$this->masker->add( $name, $value );
			}
		}
	}

	/** As WP-CLI does: the variables of wp-config.php are global ones. */
	private static function evaluate( $code ) {
		global $table_prefix;
		eval( $code );
		foreach ( array_diff_key( get_defined_vars(), array( 'code' => 1 ) ) as $name => $value ) {
			$GLOBALS[ $name ]   = $value;
			self::$variables[] = $name;
		}
	}

	private static function declared() {
		$functions = get_defined_functions();
		return count( $functions['user'] ) + count( get_declared_classes() );
	}

	/** Is there anything in it that would declare again: what `require_once` brings does not. */
	private static function declares( $code ) {
		if ( ! function_exists( 'token_get_all' ) ) {
			return true;
		}
		$declaring = array( T_FUNCTION, T_CLASS, T_INTERFACE, T_TRAIT, T_INCLUDE, T_REQUIRE );
		foreach ( token_get_all( "<?php $code" ) as $token ) {
			if ( is_array( $token ) && in_array( $token[0], $declaring, true ) ) {
				return true;
			}
		}
		return false;
	}

	private function is_the_place() {
		$prefix = isset( $GLOBALS['table_prefix'] ) ? $GLOBALS['table_prefix'] : '';
		$app    = defined( 'CLOSTE_APP_ID' ) ? (string) CLOSTE_APP_ID : null;
		$rows   = $prefix === $this->network['prefix'] ? $this->session->rows( 'SELECT domain FROM ' . $this->places->table( 'site' ) . ' WHERE id=' . (int) $this->network['id'] ) : array();
		if ( ! $rows || strtolower( $rows[0]['domain'] ) !== strtolower( $this->network['domain'] ) || $app !== $this->network['app_id'] ) {
			throw new Closte_Doctor_Refused( 'this is not the network that the plan was made for' );
		}
	}

	private function caller() {
		if ( null === $this->caller ) {
			if ( empty( $this->request['api'] ) ) {
				throw new Closte_Doctor_Refused( 'the Closte API is not asked from the host' );
			}
			$key = defined( self::API_KEY ) && constant( self::API_KEY ) ? constant( self::API_KEY ) : $this->stored_key();
			$this->masker->add( self::API_KEY, $key );
			$this->caller = new Closte_Doctor_Caller( $this->request, $key );
		}
		return $this->caller;
	}

	/** The key that the plugin keeps encrypted since 2.4.11 (DOMAIN 2.10). */
	private function stored_key() {
		$stored = (string) $this->places->raw( self::STORED_KEY );
		$salt   = hash( 'sha256', ( defined( 'AUTH_KEY' ) ? AUTH_KEY : '' ) . ( defined( 'AUTH_SALT' ) ? AUTH_SALT : '' ), true );
		if ( 0 === strpos( $stored, '$wu_enc$' ) && function_exists( 'openssl_decrypt' ) ) {
			$bytes = (string) base64_decode( substr( $stored, 8 ) );
			return (string) @openssl_decrypt( substr( $bytes, 16 ), 'aes-256-cbc', $salt, 0, substr( $bytes, 0, 16 ) );
		}
		if ( 0 === strpos( $stored, '$wu_sodium$' ) && function_exists( 'sodium_crypto_secretbox_open' ) ) {
			$bytes = (string) base64_decode( substr( $stored, 11 ) );
			return (string) @sodium_crypto_secretbox_open( substr( $bytes, SODIUM_CRYPTO_SECRETBOX_NONCEBYTES ), substr( $bytes, 0, SODIUM_CRYPTO_SECRETBOX_NONCEBYTES ), $salt );
		}
		return 0 === strpos( $stored, '$wu_' ) ? '' : $stored;
	}

	/* ---- looking ---- */

	private function look() {
		foreach ( $this->request['calls'] as $endpoint ) {
			try {
				$call = $this->caller()->call( 'GET', $endpoint );
				$this->writer->json( 'call', $call );
				if ( '/getdomains' === $endpoint ) {
					$this->places->aliases = Closte_Doctor_Places::listed( $call );
				}
			} catch ( Closte_Doctor_Refused $refused ) {
				$this->writer->json( 'unread', array( 'place' => $endpoint, 'why' => $refused->getMessage() ) );
			}
		}
		foreach ( $this->request['places'] as $place ) {
			$this->tell( $place );
		}
	}

	private function tell( $place ) {
		try {
			$this->writer->json( 'place', array( 'place' => $place, 'value' => $this->places->read( $place ) ) );
		} catch ( Closte_Doctor_Refused $refused ) {
			$this->writer->json( 'unread', array( 'place' => $place, 'why' => $refused->getMessage() ) );
		}
	}

	/* ---- acting ---- */

	private function step( array $step ) {
		if ( array_intersect( $step['after'], $this->not_done ) ) {
			$this->not_done[] = $step['id'];
			return;
		}
		// Whoever should hear of the result is gone: then nothing more is done.
		$this->writer->json( 'acting', array( 'step' => $step['id'] ) );
		if ( ! $this->writer->open ) {
			exit( 1 );
		}
		$this->doing = $step['id'];
		try {
			if ( isset( self::ALIASES[ $step['action'] ] ) ) {
				$this->alias( $step );
			} elseif ( isset( self::TASKS[ $step['action'] ] ) ) {
				$this->task( $step );
			} elseif ( 'task.await' === $step['action'] ) {
				$this->awaited( $step, (string) $step['parameters']['task'], array() );
			} else {
				$this->change( $step );
			}
		} catch ( Closte_Doctor_Refused $refused ) {
			$is_whole = ! $this->in_transaction || $this->rolled_back();
			$this->result( $step['id'], $is_whole ? 'failed' : 'unknown', $refused->getMessage(), array() );
		} catch ( Throwable $thrown ) {
			$is_back = $this->rolled_back();
			$this->result( $step['id'], $is_back ? 'failed' : 'unknown', $this->words( $thrown ), array() );
		}
		$this->doing = null;
	}

	private function result( $step, $outcome, $answer, array $left, array $calls = array(), array $before = array() ) {
		if ( in_array( $outcome, array( 'failed', 'unknown' ), true ) ) {
			$this->not_done[] = $step;
		}
		$this->doing = null;
		$this->writer->json(
			'result',
			array(
				'step'    => $step,
				'outcome' => $outcome,
				'answer'  => substr( (string) $answer, 0, 2000 ),
				'before'  => (object) $before,
				'left'    => (object) $left,
				'calls'   => $calls,
			)
		);
	}

	/* 1. an alias: the list, the call, the list again. What the answers mean is decided where they are read. */

	private function alias( array $step ) {
		$domain = (string) $step['parameters']['domain'];
		$place  = "alias $domain";
		$wanted = 'alias.add' === $step['action'];
		$first  = $this->caller()->call( 'GET', '/getdomains' );
		$listed = Closte_Doctor_Places::listed( $first );
		if ( null === $listed ) {
			throw new Closte_Doctor_Refused( 'Closte gave no readable list of its domains just before the call, so it was not made' );
		}
		$is_there = in_array( Closte_Doctor_Places::bare( $domain ), $listed, true );
		if ( $is_there === $wanted ) {
			$this->result( $step['id'], 'already', $wanted ? 'Closte lists it already' : 'Closte does not list it any more', array( $place => $wanted ) );
			return;
		}
		if ( ! array_key_exists( $place, $step['expects'] ) || $step['expects'][ $place ] !== $is_there ) {
			throw new Closte_Doctor_Refused( 'the alias is not as it was a moment ago' );
		}
		$fields = array(
			'domain'   => $domain,
			'wildcard' => empty( $step['parameters']['wildcard'] ) ? '0' : '1',
		);
		$call   = $this->caller()->call( 'POST', self::ALIASES[ $step['action'] ], $fields );
		$second = $this->caller()->call( 'GET', '/getdomains' );
		$listed = Closte_Doctor_Places::listed( $second );
		$now    = null === $listed ? null : in_array( Closte_Doctor_Places::bare( $domain ), $listed, true );
		$this->result( $step['id'], 'called', '', array( $place => $now ), array( $call ) );
	}

	/* 2. a task of Closte's: begin it, find it, wait for it. */

	private function task( array $step ) {
		list( $begin, $list, $name, $id ) = self::TASKS[ $step['action'] ];
		$known = self::tasks( $this->caller()->call( 'GET', $list ), $name, $id );
		$call  = $this->caller()->call( 'POST', $begin );
		$said  = json_decode( $call['body'], true );
		$task  = is_array( $said ) && ! empty( $said['success'] ) && isset( $said['taskid'] ) ? (string) $said['taskid'] : null;
		$calls = array( $call );
		if ( null === $task && null !== $known && ! $call['unsent'] ) {
			// No answer: did it begin all the same? The list tells.
			$new  = array_diff( (array) self::tasks( $this->caller()->call( 'GET', $list ), $name, $id ), $known );
			$task = 1 === count( $new ) ? (string) reset( $new ) : null;
		}
		if ( null === $task ) {
			$this->result( $step['id'], 'called', '', array(), $calls );
			return;
		}
		$this->awaited( $step, $task, $calls );
	}

	/** Until the task is over, or its time is. Asking how it stands changes nothing. */
	private function awaited( array $step, $task, array $calls ) {
		$until = microtime( true ) + (float) $this->request['task_seconds'];
		do {
			$state = json_decode( $this->caller()->call( 'POST', '/gettaskstatus', array( 'id' => $task ) )['body'], true );
			$state = is_array( $state ) && isset( $state['task'] ) && is_array( $state['task'] ) ? $state['task'] : array();
			if ( isset( $state['end_date'] ) ) {
				$is_good = ! empty( $state['success'] );
				$this->result( $step['id'], $is_good ? 'done' : 'failed', "task $task " . ( $is_good ? 'finished' : 'failed at Closte' ), array(), $calls );
				return;
			}
			$this->writer->json( 'waiting', array( 'step' => $step['id'], 'task' => $task ) );
			usleep( (int) ( 1000000 * (float) $this->request['poll_seconds'] ) );
		} while ( $this->writer->open && microtime( true ) < $until );
		$this->result( $step['id'], 'unknown', "task $task was begun and has not finished yet", array(), $calls );
	}

	/** Ids of the tasks in a list; null where it is none. */
	private static function tasks( array $call, $name, $id ) {
		$found = json_decode( $call['body'], true );
		return is_array( $found ) && ! empty( $found['success'] ) && isset( $found[ $name ] ) && is_array( $found[ $name ] ) ? array_column( $found[ $name ], $id ) : null;
	}

	/* 3. rows and options, in one transaction each. */

	private function change( array $step ) {
		if ( in_array( $step['action'], self::BY_MODEL, true ) || self::removes_a_row( $step ) ) {
			$this->load_wordpress();
		}
		if ( 'jobs.run-due' === $step['action'] ) {
			$this->run_jobs( $step );
			return;
		}
		$this->session->run( 'START TRANSACTION' );
		$this->in_transaction = true;
		$this->as_expected( $step['expects'] );
		$method  = 'act_' . str_replace( array( '.', '-' ), '_', $step['action'] );
		$touched = $this->$method( $step['parameters'] );
		$this->as_meant( isset( $touched['meant'] ) ? $touched['meant'] : array() );
		$left    = array();
		foreach ( $touched['places'] as $place ) {
			$left[ $place ] = $this->places->read( $place );
		}
		$this->session->run( 'COMMIT' );
		$this->in_transaction = false;
		$this->result( $step['id'], $touched['outcome'], $touched['answer'], $left, array(), $touched['before'] );
	}

	private static function removes_a_row( array $step ) {
		foreach ( isset( $step['parameters']['places'] ) ? $step['parameters']['places'] : array() as $place => $value ) {
			if ( self::is_removal( $place, $value ) ) {
				return true;
			}
		}
		return false;
	}

	private function as_expected( array $expects ) {
		foreach ( $expects as $place => $value ) {
			if ( self::sorted( $this->places->read( $place, true ) ) !== self::sorted( $value ) ) {
				throw new Closte_Doctor_Refused( "$place is not as it was a moment ago" );
			}
		}
	}

	/** What the plugin says it saved is not always what stands there then. */
	private function as_meant( array $meant ) {
		foreach ( $meant as $place => $columns ) {
			$row = $this->places->read( $place );
			foreach ( $columns as $column => $value ) {
				if ( null === $row || (string) $row[ $column ] !== (string) $value ) {
					throw new Closte_Doctor_Refused( "the plugin saved it, and $column of $place is not as it was meant then" );
				}
			}
		}
	}

	private static function sorted( $value ) {
		if ( is_array( $value ) ) {
			ksort( $value );
			$value = array_map( array( __CLASS__, 'sorted' ), $value );
		}
		return $value;
	}

	private static function touched( array $places, $answer, $outcome = 'done', array $before = array() ) {
		return array( 'places' => $places, 'answer' => $answer, 'outcome' => $outcome, 'before' => $before );
	}

	/** F30: around the model, whose deletion would take the alias from the row that stays. */
	private function act_domain_drop_duplicate( array $p ) {
		$kept = $this->places->read( 'row ' . (int) $p['keep_id'], true );
		$row  = $this->places->read( 'row ' . (int) $p['domain_id'], true );
		if ( null === $kept || null === $row || (int) $kept['id'] === (int) $row['id'] || (int) $row['blog_id'] !== (int) $p['blog_id']
			|| Closte_Doctor_Places::bare( $kept['domain'] ) !== Closte_Doctor_Places::bare( $row['domain'] ) ) {
			throw new Closte_Doctor_Refused( 'the row that should stay is not there, or is of another domain' );
		}
		if ( 1 !== $this->session->run( 'DELETE FROM ' . $this->places->mappings() . ' WHERE id=' . (int) $p['domain_id'] ) ) {
			throw new Closte_Doctor_Refused( 'the row could not be deleted' );
		}
		return self::touched( array( 'row ' . (int) $p['domain_id'] ), 'deleted by SQL; no job was queued' );
	}

	/** Around the model, whose own job for this did not end well, or would take the mark once more. */
	private function act_domain_set_primary( array $p ) {
		$places = array();
		foreach ( array_merge( array( $p['domain_id'] ), $p['others'] ) as $id ) {
			$id  = (int) $id;
			$row = $this->places->read( "row $id", true );
			if ( null === $row || (int) $row['blog_id'] !== (int) $p['blog_id'] ) {
				throw new Closte_Doctor_Refused( "row $id is not of this site" );
			}
			$mark = $id === (int) $p['domain_id'] ? 1 : 0;
			if ( (int) $row['primary_domain'] !== $mark ) {
				$this->session->run( 'UPDATE ' . $this->places->mappings() . " SET primary_domain=$mark, date_modified='" . gmdate( 'Y-m-d H:i:s' ) . "' WHERE id=$id" );
			}
			$places[] = "row $id";
		}
		return self::touched( $places, 'changed by SQL; no job was queued' );
	}

	/** Undo: put back what was there. A row that a step made goes the plugin's own way, alias and all. */
	private function act_restore( array $p ) {
		foreach ( $p['places'] as $place => $value ) {
			if ( self::is_removal( $place, $value ) ) {
				$this->remove_row( (int) substr( $place, 4 ) );
			} else {
				$this->places->put( $place, $value );
				$this->is_back( $place, $value );
			}
		}
		return self::touched( array_keys( $p['places'] ), $this->session->is_wordpress ? 'deleted by the plugin\'s model' : 'put back by SQL' );
	}

	/** Whatever stands in the way (a trigger, a column that took it otherwise): half back is not back. */
	private function is_back( $place, $value ) {
		$now = $this->places->read( $place );
		if ( 0 === strpos( $place, 'row ' ) && is_array( $value ) && is_array( $now ) ) {
			$now   = array_intersect_key( $now, $value );
			$value = array_map( array( __CLASS__, 'as_printed' ), $value );
		}
		if ( self::sorted( $now ) !== self::sorted( $value ) ) {
			throw new Closte_Doctor_Refused( "$place would not be as it was before" );
		}
	}

	/** A column's value as the table prints it. */
	private static function as_printed( $value ) {
		return null === $value ? null : (string) $value;
	}

	private static function is_removal( $place, $value ) {
		return null === $value && 0 === strpos( $place, 'row ' );
	}

	private function remove_row( $id ) {
		$row = $this->places->read( "row $id" );
		if ( null !== $row && ! $this->model( $id, $row['domain'] )->delete() ) {
			throw new Closte_Doctor_Refused( 'the plugin would not delete the row' );
		}
	}

	/* 4. with the plugin's own model. */

	private function load_wordpress() {
		if ( $this->session->is_wordpress ) {
			return;
		}
		if ( ! class_exists( 'WP_CLI' ) ) {
			throw new Closte_Doctor_Refused( 'WordPress was not loaded: there is no WP-CLI to load it with' );
		}
		WP_CLI::add_wp_hook(
			'init',
			static function () {
				remove_action( 'init', 'wp_cron' );
			},
			0
		);
		ob_start();
		$this->buffers = ob_get_level();
		$this->runner()->load_wordpress();
		$this->unbuffered();
		$this->quiet();
		if ( (int) get_current_network_id() !== (int) $this->network['id'] ) {
			throw new Closte_Doctor_Refused( 'WordPress came up as another network' );
		}
		$this->session->is_wordpress = true;
		$this->session->run( 'SET SESSION innodb_lock_wait_timeout=10' );
		switch_to_blog( (int) $this->network['main_site_id'] );
	}

	/**
	 * WP-CLI's runner, which evaluates wp-config.php itself before it loads WordPress. Where that declares a
	 * function, a second time would end PHP: then one like it, which takes what is there already.
	 */
	private function runner() {
		$runner = WP_CLI::get_runner();
		if ( ! $this->is_once ) {
			return $runner;
		}
		eval( 'class Closte_Doctor_Runner extends \\WP_CLI\\Runner { public function get_wp_config_code( $path = "" ) { return "global $" . implode( ", $", Closte_Doctor_Actor::$variables ) . ";"; } }' );
		$class = new ReflectionClass( 'Closte_Doctor_Runner' );
		$like  = $class->newInstanceWithoutConstructor();
		foreach ( $class->getParentClass()->getProperties() as $property ) {
			$property->setAccessible( true );
			if ( ! $property->isStatic() && ( ! method_exists( $property, 'isInitialized' ) || $property->isInitialized( $runner ) ) ) {
				$property->setValue( $like, $property->getValue( $runner ) );
			}
		}
		return $like;
	}

	private static function needs( $function ) {
		if ( ! function_exists( $function ) ) {
			throw new Closte_Doctor_Refused( "the plugin is not loaded, or this version has no $function()" );
		}
	}

	private function model( $id, $domain ) {
		self::needs( 'wu_get_domain' );
		$model = wu_get_domain( (int) $id );
		if ( ! is_object( $model ) || Closte_Doctor_Places::bare( $model->get_domain() ) !== Closte_Doctor_Places::bare( $domain ) ) {
			throw new Closte_Doctor_Refused( 'the plugin does not know this row' );
		}
		// The model may come out of an object cache, and saving it would bring back what that remembers.
		$row = $this->places->read( 'row ' . (int) $id );
		if ( null === $row || (string) $model->get_stage() !== (string) $row['stage'] ) {
			throw new Closte_Doctor_Refused( 'the plugin remembers another state of this row than the table has' );
		}
		return $model;
	}

	private static function saved( $model ) {
		$saved = $model->save();
		if ( is_object( $saved ) && is_callable( array( $saved, 'get_error_message' ) ) ) {
			throw new Closte_Doctor_Refused( 'the plugin would not save it: ' . $saved->get_error_message() );
		}
		if ( ! $saved ) {
			throw new Closte_Doctor_Refused( 'the plugin would not save it' );
		}
	}

	private function act_domain_recheck( array $p ) {
		self::needs( 'wu_enqueue_async_action' );
		$id    = (int) $p['domain_id'];
		$model = $this->model( $id, $p['domain'] );
		$reset = $model->get_stage() !== $p['stage'];
		if ( $reset ) {
			$model->set_stage( (string) $p['stage'] );
			self::saved( $model );
		}
		$queued = $this->queued_check( $id );
		if ( null === $queued ) {
			$queued = (int) wu_enqueue_async_action( 'wu_async_process_domain_stage', array( 'domain_id' => $id ), 'domain' );
			if ( 0 === $queued ) {
				throw new Closte_Doctor_Refused( 'the check could not be queued' );
			}
		}
		$words = $reset ? 'saved by the plugin\'s model as ' . $p['stage'] : 'the stage was ' . $p['stage'] . ' already';
		$touched = self::touched( array( "row $id" ), "$words; check queued as action $queued" );
		return $touched + array( 'meant' => array( "row $id" => array( 'stage' => $p['stage'] ) ) );
	}

	/** A check of this row that waits or runs already: a second chain would only double the log. */
	private function queued_check( $id ) {
		$rows = $this->session->rows(
			'SELECT action_id, args FROM ' . $this->places->scheduler( 'actions' ) . " WHERE hook='wu_async_process_domain_stage' AND status IN ('pending','in-progress') AND args LIKE '%\"domain\\_id\":%'"
		);
		foreach ( $rows as $row ) {
			$args = json_decode( (string) $row['args'], true );
			if ( is_array( $args ) && isset( $args['domain_id'] ) && (int) $args['domain_id'] === $id ) {
				return (int) $row['action_id'];
			}
		}
		return null;
	}

	private function act_domain_mark_done( array $p ) {
		$model = $this->model( $p['domain_id'], $p['domain'] );
		$place = array( 'row ' . (int) $p['domain_id'] );
		if ( 'done' === $model->get_stage() && $model->is_secure() ) {
			return self::touched( $place, 'the plugin has it as done already', 'already' );
		}
		$model->set_stage( 'done' );
		$model->set_secure( true );
		self::saved( $model );
		$meant = array( $place[0] => array( 'stage' => 'done', 'secure' => 1 ) );
		return self::touched( $place, 'saved by the plugin\'s model as done' ) + array( 'meant' => $meant );
	}

	private function act_domain_create_record( array $p ) {
		self::needs( 'wu_create_domain' );
		$site = get_site( (int) $p['blog_id'] );
		if ( null === $site || (int) $site->network_id !== (int) $this->network['id'] ) {
			throw new Closte_Doctor_Refused( 'there is no such site' );
		}
		$made = wu_create_domain(
			array(
				'blog_id'        => (int) $p['blog_id'],
				'domain'         => (string) $p['domain'],
				'active'         => true,
				'primary_domain' => array() === $this->places->read( 'rows of site ' . (int) $p['blog_id'] ),
				'secure'         => false,
				'stage'          => 'checking-dns',
			)
		);
		if ( ! is_object( $made ) || ! is_callable( array( $made, 'get_id' ) ) || ! $made->get_id() ) {
			$why = is_object( $made ) && is_callable( array( $made, 'get_error_message' ) ) ? ': ' . $made->get_error_message() : '';
			throw new Closte_Doctor_Refused( 'the plugin would not create the record' . $why );
		}
		$id = (int) $made->get_id();
		return self::touched( array( "row $id", 'rows of ' . $p['domain'] ), "created by the plugin as row $id", 'done', array( "row $id" => null ) )
			+ array( 'meant' => array( "row $id" => array( 'blog_id' => $p['blog_id'], 'stage' => 'checking-dns', 'active' => 1 ) ) );
	}

	private function act_module_enable() {
		$option = $this->places->option( Closte_Doctor_Places::INTEGRATIONS );
		$places = null === $option ? array( 'integration closte', 'option ' . Closte_Doctor_Places::INTEGRATIONS ) : array( 'integration closte' );
		if ( ! empty( $option['closte'] ) ) {
			return self::touched( $places, 'it is enabled already', 'already' );
		}
		$list           = null === $option ? array() : $option;
		$list['closte'] = true;
		update_network_option( (int) $this->network['id'], Closte_Doctor_Places::INTEGRATIONS, $list );
		if ( $this->places->raw( Closte_Doctor_Places::INTEGRATIONS ) !== serialize( $list ) ) {
			throw new Closte_Doctor_Refused( 'something on this site kept the option from being saved' );
		}
		return self::touched( $places, 'saved with update_network_option()' );
	}

	private function act_settings_check_interval( array $p ) {
		return $this->setting( 'dns_check_interval', (int) $p['seconds'] );
	}

	private function act_settings_log_level( array $p ) {
		return $this->setting( 'error_logging_level', (string) $p['level'] );
	}

	private function setting( $name, $value ) {
		self::needs( 'wu_save_setting' );
		$settings = $this->places->option( Closte_Doctor_Places::SETTINGS );
		if ( null === $settings ) {
			throw new Closte_Doctor_Refused( 'the plugin has no settings saved yet' );
		}
		$settings[ $name ] = $value;
		wu_save_setting( $name, $value );
		if ( $this->places->raw( Closte_Doctor_Places::SETTINGS ) !== serialize( $settings ) ) {
			throw new Closte_Doctor_Refused( 'saving would have changed more than this setting' );
		}
		return self::touched( array( "setting $name" ), 'saved with wu_save_setting()' );
	}

	private function act_transient_delete_network_ip() {
		delete_site_transient( 'wu_public_network_ip' );
		$place = 'transient wu_public_network_ip';
		if ( null !== $this->places->read( $place ) ) {
			throw new Closte_Doctor_Refused( 'the transient is still there' );
		}
		return self::touched( array( $place ), 'deleted with delete_site_transient(); the plugin fills it again when it asks' );
	}

	/** The listed actions and no others, each through Action Scheduler itself. Not one transaction: they call the API. */
	private function run_jobs( array $step ) {
		if ( ! class_exists( 'ActionScheduler' ) || ! is_callable( array( 'ActionScheduler', 'runner' ) ) ) {
			throw new Closte_Doctor_Refused( 'Action Scheduler is not loaded' );
		}
		$said = array();
		$left = array();
		$ran  = 0;
		foreach ( $step['parameters']['actions'] as $action ) {
			$id   = (int) $action['action_id'];
			$rows = $this->session->rows(
				'SELECT a.hook, a.status, a.claim_id, g.slug FROM ' . $this->places->scheduler( 'actions' ) . ' a LEFT JOIN ' . $this->places->scheduler( 'groups' ) . ' g ON g.group_id=a.group_id WHERE a.action_id=' . $id
			);
			$is_it = $rows && 'pending' === $rows[0]['status'] && 'domain' === $rows[0]['slug'] && $rows[0]['hook'] === $action['hook'];
			$claim = $is_it ? $this->claim( $id ) : 0;
			if ( 0 === $claim ) {
				$said[] = "$id was not run: it is gone, running, or another one";
			} else {
				++$ran;
				ob_start();
				$this->buffers = ob_get_level();
				ActionScheduler::runner()->process_action( $id, 'WP CLI' );
				$this->unbuffered();
				$this->quiet();
				$this->session->run( 'UPDATE ' . $this->places->scheduler( 'actions' ) . " SET claim_id=0 WHERE action_id=$id AND claim_id=$claim AND status='pending'" );
				$this->session->run( 'DELETE FROM ' . $this->places->scheduler( 'claims' ) . " WHERE claim_id=$claim" );
				$said[] = "$id was run";
			}
			$left[ "action $id" ] = $this->places->read( "action $id" );
			$this->writer->json( 'waiting', array( 'step' => $step['id'], 'task' => "action $id" ) );
			if ( ! $this->writer->open ) {
				exit( 1 );
			}
		}
		$this->result( $step['id'], $ran > 0 ? 'done' : 'already', implode( '; ', $said ), $left );
	}

	/** As the queue runner claims a batch, so that no other runner takes the action while we run it. */
	private function claim( $id ) {
		$this->session->run( 'INSERT INTO ' . $this->places->scheduler( 'claims' ) . " SET date_created_gmt='" . gmdate( 'Y-m-d H:i:s' ) . "'" );
		$rows  = $this->session->rows( 'SELECT LAST_INSERT_ID() AS id' );
		$claim = (int) $rows[0]['id'];
		$taken = $this->session->run( 'UPDATE ' . $this->places->scheduler( 'actions' ) . " SET claim_id=$claim WHERE action_id=$id AND claim_id=0 AND status='pending'" );
		if ( 1 === $taken ) {
			return $claim;
		}
		$this->session->run( 'DELETE FROM ' . $this->places->scheduler( 'claims' ) . " WHERE claim_id=$claim" );
		return 0;
	}
}

/** PHP's own words would quote what they stumble over. */
function __return_true_closte_doctor() {
	return true;
}

// WP-CLI has the argument in $args; plain php in $argv, with the folder behind it.
Closte_Doctor_Actor::main( isset( $args[0] ) ? $args[0] : ( isset( $argv[1] ) ? $argv[1] : '' ), isset( $argv[2] ) ? $argv[2] : '' );
