<?php
/**
 * Stands in for the class that the plugin's sunrise.php loads from the plugin's folder (DOMAIN 2.11): it
 * notes where the plugin is, as the real one does.
 *
 * No line of it is the plugin's.
 */

define('WP_ULTIMO_SUNRISE_FILE', WP_CONTENT_DIR . '/plugins/@SLUG@/@SLUG@.php');
