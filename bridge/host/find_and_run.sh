# closte-doctor: find WordPress, wp and php on this host, and run one of them once.
# Everything variable comes as an argument; the collector comes on stdin and goes on to what is run.
#
#   $1 what to run    collect, php, config-list, config-has, look
#   $2 folder of WordPress, or empty    $3 path of wp, or empty
#   $4 URL of the network, or empty     $5 the collector's argument
#   then, for config-list and config-has: names of constants
#
# Words on stderr and statuses are the shell's own: 127 where something is not there.

what=$1 folder=$2 wp=$3 url=$4 argument=$5
shift 5

expanded() {
	case $1 in
	'~') printf '%s' "$HOME" ;;
	'~/'*) printf '%s/%s' "$HOME" "${1#??}" ;;
	*) printf '%s' "$1" ;;
	esac
}

is_wordpress() {
	[ -f "$1/wp-includes/version.php" ] || [ -f "$1/wp-config.php" ]
}

folder=$(expanded "$folder")
wp=$(expanded "$wp")

# The folder: the given one, else where Closte has it, else here.
if [ -z "$folder" ]; then
	for candidate in "$HOME/public_html" "/home/$(id -un 2>/dev/null)/public_html" "$PWD"; do
		if is_wordpress "$candidate"; then
			folder=$candidate
			break
		fi
	done
	[ -n "$folder" ] || folder=$PWD
fi
case $folder in
/*) ;;
*) folder=$PWD/$folder ;;
esac

# php: in PATH, else where hosts put it. A `wp` finds it there too.
php=$(command -v php 2>/dev/null)
if [ -z "$php" ]; then
	for candidate in /usr/local/bin/php /usr/bin/php /opt/bin/php /usr/local/lsws/lsphp*/bin/php /opt/alt/php*/usr/bin/php /usr/bin/php[78]*; do
		if [ -x "$candidate" ] && [ ! -d "$candidate" ]; then
			php=$candidate
			[ "${candidate##*/}" != php ] || PATH=$PATH:${candidate%/*}
			export PATH
			break
		fi
	done
fi

# wp: the given one, else in PATH, else where people put it, else the phar itself.
phar=
if [ -z "$wp" ]; then
	wp=$(command -v wp 2>/dev/null)
	case $wp in /*) ;; *) wp= ;; esac
fi
if [ -z "$wp" ]; then
	for candidate in "$HOME/bin/wp" "$HOME/.local/bin/wp" /usr/local/bin/wp /usr/bin/wp /opt/wp-cli/wp "$HOME/.composer/vendor/bin/wp" "$HOME/.config/composer/vendor/bin/wp" "$HOME/vendor/bin/wp"; do
		if [ -x "$candidate" ] && [ ! -d "$candidate" ]; then
			wp=$candidate
			break
		fi
	done
fi
if [ -z "$wp" ] && [ -n "$php" ]; then
	for candidate in "$HOME/wp-cli.phar" "$HOME/bin/wp-cli.phar" "$folder/wp-cli.phar" /usr/local/bin/wp-cli.phar; do
		if [ -f "$candidate" ]; then
			wp=$candidate
			break
		fi
	done
fi
case $wp in *.phar) phar=1 ;; esac
[ -z "$wp" ] || [ -z "$php" ] || [ -x "$wp" ] || phar=1

run_wp() {
	# From the folder itself: a wp-cli.yml there is the host's word on what may run.
	cd -- "$folder" 2>/dev/null || :
	if [ -n "$url" ]; then
		set -- "$@" "--url=$url"
	fi
	set -- "$@" --skip-packages --no-color "--path=$folder"
	if [ -n "$phar" ]; then
		exec "$php" "$wp" "$@"
	fi
	exec "$wp" "$@"
}

# WP-CLI evaluates wp-config.php here, and PHP quotes what it stumbles over: of such an error only the
# line is let through, since the quoted text can be a password.
run_wp_config() {
	[ -n "$wp" ] || { echo 'sh: wp: command not found' >&2; exit 127; }
	said=$( (run_wp "$@") 2>&1; printf '\n%s' "$?")
	status=${said##*
}
	said=${said%
*}
	line=$(printf '%s\n' "$said" | sed -n 's/.* on line \([0-9]*\).*/\1/p' | tail -n 1)
	case $said in
	*'arse error'*) said="PHP Parse error:  syntax error in wp-config.php on line $line" ;;
	*'atal error'*) said="PHP Fatal error:  wp-config.php ended PHP on line $line" ;;
	esac
	if [ "$status" = 0 ]; then
		printf '%s\n' "$said"
	else
		printf '%s\n' "$said" >&2
	fi
	exit "$status"
}

run_php() {
	if [ -z "$php" ]; then
		echo 'sh: php: command not found' >&2
		exit 127
	fi
	cd -- "$folder" 2>/dev/null || :
	exec "$php" -d display_errors=0 -d log_errors=0 -- "$argument" "$folder"
}

no_wp() {
	echo 'sh: wp: command not found' >&2
}

case $what in
collect)
	if [ -n "$wp" ]; then
		run_wp eval-file - "$argument" --skip-wordpress
	fi
	no_wp
	run_php
	;;
php)
	run_php
	;;
config-list)
	run_wp_config config list "$@" --strict --format=json
	;;
config-has)
	run_wp_config config has "$@"
	;;
look)
	# Without PHP nothing can be masked: no text of wp-config.php and no log leaves, only what is where.
	if ! is_wordpress "$folder"; then
		echo "This does not seem to be a WordPress installation: no wp-includes/version.php in $folder" >&2
		exit 1
	fi
	printf 'abspath\t%s/\n' "$folder"
	printf 'time_gmt\t%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
	version=$(sed -n "s/^\$wp_version = '\([0-9A-Za-z.-]*\)';.*/\1/p" "$folder/wp-includes/version.php" 2>/dev/null | head -n 1)
	[ -z "$version" ] || printf 'wp_version\t%s\n' "$version"
	[ -r "$folder/wp-config.php" ] || [ -r "$folder/../wp-config.php" ] || printf 'no_config\t1\n'
	[ ! -e "$folder/.maintenance" ] || printf 'maintenance_file\t1\n'
	[ ! -e "$folder/wp-content/mu-plugins/closte-requirements.php" ] || printf 'closte_mu_plugin\t1\n'
	if [ -f "$folder/wp-content/sunrise.php" ]; then
		printf 'sunrise\t1\n'
		sunrise=$(sed -n "s/.*WP_ULTIMO_SUNRISE_VERSION['\"]*[ ,=]*'\([0-9.]*\)'.*/\1/p" "$folder/wp-content/sunrise.php" 2>/dev/null | head -n 1)
		[ -z "$sunrise" ] || printf 'sunrise_version\t%s\n' "$sunrise"
		! grep -q 'WP Ultimo Starts' "$folder/wp-content/sunrise.php" 2>/dev/null || printf 'sunrise_ours\t1\n'
	fi
	for slug in ultimate-multisite multisite-ultimate wp-multisite-waas wp-ultimo; do
		file=$folder/wp-content/plugins/$slug/$slug.php
		if [ -f "$file" ]; then
			printf 'plugin_slug\t%s\n' "$slug"
			version=$(head -c 8192 "$file" 2>/dev/null | sed -n 's/^[ *]*Version: *\([0-9A-Za-z.-]*\).*/\1/p' | head -n 1)
			[ -z "$version" ] || printf 'plugin_version\t%s\n' "$version"
			break
		fi
	done
	;;
*)
	echo "closte-doctor: unknown: $what" >&2
	exit 2
	;;
esac
