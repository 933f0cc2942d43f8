<?php
/**
 * Plugin Name: Ultimate Multisite
 * Description: Stands in for the plugin of that name in the lab: its header, and what its loading does to sunrise.
 * Version: @VERSION@
 * Text Domain: @SLUG@
 * Network: true
 *
 * No line of it is the plugin's. Like the real one, being loaded at a native address it switches
 * domain mapping on again (DOMAIN 5.3).
 */

define('LAB_PLUGIN_LOADED', '@VERSION@');

require __DIR__ . '/model.php';

add_action('init', function () {
    $meta = get_network_option(null, 'wu_sunrise_meta');
    if (is_array($meta) && empty($meta['active'])) {
        $meta['active'] = true;
        $meta['last_activated'] = $meta['last_modified'] = (string) time();
        update_network_option(null, 'wu_sunrise_meta', $meta);
    }
}, 20);
