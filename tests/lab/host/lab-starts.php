<?php
/**
 * Must-use plugin of the lab: writes a line for every start of WordPress, and for the lab's cron event.
 */

function lab_note($what) {
    file_put_contents('@STARTS@', $what . "\n", FILE_APPEND | LOCK_EX);
}

lab_note('start ' . (defined('WP_CLI') ? 'wp-cli' : PHP_SAPI) . ' '
    . str_replace("\n", ' ', implode(' ', $_SERVER['argv'] ?? array($_SERVER['REQUEST_URI'] ?? '?'))));

add_action('lab_cron_event', function () {
    lab_note('cron lab_cron_event');
});
