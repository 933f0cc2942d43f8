<?php
/**
 * Stands in for the plugin's sunrise.php in the lab: its marks (DOMAIN 2.11), and its danger (5.3).
 *
 * No line of it is the plugin's. Like the real one it notices on `init` that the plugin was not
 * loaded, and then switches domain mapping off for everybody.
 */

// WP Ultimo Starts #

if ( ! defined('WP_ULTIMO_SUNRISE_VERSION')) {
    define('WP_ULTIMO_SUNRISE_VERSION', '@SUNRISE_VERSION@');
}

$wu_sunrise = WP_CONTENT_DIR . '/plugins/@SLUG@/inc/class-sunrise.php';

if (file_exists($wu_sunrise)) {
    require_once $wu_sunrise;
    add_action('init', function () {
        $meta = get_network_option(null, 'wu_sunrise_meta');
        if (defined('LAB_PLUGIN_LOADED') || ! is_array($meta) || empty($meta['active'])) {
            return;
        }
        $meta['active'] = false;
        $meta['last_deactivated'] = $meta['last_modified'] = (string) time();
        update_network_option(null, 'wu_sunrise_meta', $meta);
    });
}

// WP Ultimo Ends #
