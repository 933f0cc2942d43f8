<?php
/**
 * Stands in for the plugin's domain model and for Action Scheduler in the lab: the functions and hooks that
 * remediation calls, by name and observable effect. No line of it is the plugin's; what is assumed of the
 * real one, and where that was read, is in docs/remediation-assumptions.md.
 */

final class Lab_Domain {

    const STAGES = array('checking-dns', 'checking-ssl-cert', 'done-without-ssl', 'done', 'failed', 'ssl-failed');

    private $row;
    private $stored;

    public function __construct(array $row, $stored = null) {
        $this->row = $row;
        $this->stored = $stored;
    }

    public static function table() {
        global $wpdb;
        return $wpdb->base_prefix . 'wu_domain_mappings';
    }

    public static function by_id($id) {
        global $wpdb;
        $row = $wpdb->get_row($wpdb->prepare('SELECT * FROM ' . self::table() . ' WHERE id = %d', $id), ARRAY_A);
        return $row ? new self($row, $row) : false;
    }

    public function get_id() {
        return (int) ($this->row['id'] ?? 0);
    }

    public function get_domain() {
        return $this->row['domain'];
    }

    public function get_stage() {
        return $this->row['stage'];
    }

    public function is_secure() {
        return (bool) $this->row['secure'];
    }

    public function set_stage($stage) {
        $this->row['stage'] = $stage;
    }

    public function set_secure($secure) {
        $this->row['secure'] = $secure ? '1' : '0';
    }

    public function set_primary_domain($primary) {
        $this->row['primary_domain'] = $primary ? '1' : '0';
    }

    private function problem() {
        global $wpdb;
        if ( ! in_array($this->row['stage'], self::STAGES, true)) {
            return 'Stage is not valid';
        }
        if ( ! preg_match('/^(?!-)(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+(?!\d+)[a-z\d]+$/i', $this->row['domain'])) {
            return "Domain {$this->row['domain']} is not valid";
        }
        $others = $wpdb->prepare('SELECT COUNT(*) FROM ' . self::table() . ' WHERE domain = %s AND id <> %d', $this->row['domain'], $this->get_id());
        return $wpdb->get_var($others) ? "Domain {$this->row['domain']} has been used" : null;
    }

    /** Removes the row and queues the removal of its alias. */
    public function delete() {
        return lab_delete($this, $this->row);
    }

    /** As the plugin's: validated, only what differs is written, hooks before and after; false where nothing differs. */
    public function save() {
        global $wpdb;
        $problem = $this->problem();
        $data = apply_filters('wu_domain_pre_save', $this->row, $this->row, $this);
        if (null !== $problem) {
            return new WP_Error('lab', $problem);
        }
        $is_new = null === $this->stored;
        $was_primary = ! $is_new && (int) $this->stored['primary_domain'];
        if ($is_new) {
            $saved = (bool) $wpdb->insert(self::table(), $data);
            $data['id'] = (string) $wpdb->insert_id;
            wu_enqueue_async_action('wu_add_domain', array('domain' => $data['domain'], 'site_id' => (int) $data['blog_id']), 'domain');
        } else {
            $changed = array_diff_assoc($data, $this->stored);
            $changed = $changed ? $changed + array('date_modified' => gmdate('Y-m-d H:i:s')) : array();
            $saved = $changed && false !== $wpdb->update(self::table(), $changed, array('id' => $this->get_id()));
            $data = $changed + $data;
        }
        $this->row = $this->stored = $data;
        do_action('wu_domain_post_save', $data, $this, $is_new);
        wp_cache_flush();
        if (version_compare(LAB_PLUGIN_LOADED, '2.4.10', '>=') && (int) $data['primary_domain'] && ! $was_primary) {
            $query = $wpdb->prepare('SELECT id FROM ' . self::table() . ' WHERE blog_id = %d AND primary_domain = 1 AND id <> %d', $data['blog_id'], $data['id']);
            do_action('wu_async_remove_old_primary_domains', $wpdb->get_col($query));
        }
        return (bool) $saved;
    }
}

/* deleting */

function lab_delete(Lab_Domain $domain, array $row) {
    global $wpdb;
    $deleted = (bool) $wpdb->delete(Lab_Domain::table(), array('id' => $domain->get_id()));
    wu_enqueue_async_action('wu_remove_domain', array('domain' => $row['domain'], 'site_id' => (int) $row['blog_id']), 'domain');
    return $deleted;
}

function wu_get_domain($id) {
    return Lab_Domain::by_id($id);
}

function wu_create_domain($data) {
    $now = gmdate('Y-m-d H:i:s');
    $domain = new Lab_Domain(array(
        'blog_id'        => (string) $data['blog_id'],
        'domain'         => strtolower($data['domain']),
        'active'         => $data['active'] ? '1' : '0',
        'primary_domain' => $data['primary_domain'] ? '1' : '0',
        'secure'         => $data['secure'] ? '1' : '0',
        'stage'          => $data['stage'],
        'date_created'   => $now,
        'date_modified'  => $now,
    ));
    $saved = $domain->save();
    if (is_wp_error($saved)) {
        return $saved;
    }
    wu_enqueue_async_action('wu_async_process_domain_stage', array('domain_id' => $domain->get_id()), 'domain');
    return $domain;
}

function wu_save_setting($name, $value) {
    $settings = get_network_option(null, 'wp-ultimo_v2_settings');
    $settings[$name] = apply_filters('wu_save_setting', $value, $name, $settings);
    return update_network_option(null, 'wp-ultimo_v2_settings', $settings);
}

function wu_enqueue_async_action($hook, $args = array(), $group = '') {
    global $wpdb;
    switch_to_blog(get_main_site_id());
    $now = gmdate('Y-m-d H:i:s');
    $wpdb->insert($wpdb->prefix . 'actionscheduler_actions', array(
        'hook'                 => $hook,
        'status'               => 'pending',
        'scheduled_date_gmt'   => $now,
        'scheduled_date_local' => $now,
        'args'                 => wp_json_encode($args),
        'schedule'             => 'O:28:"ActionScheduler_NullSchedule":0:{}',
        'group_id'             => $wpdb->get_var($wpdb->prepare("SELECT group_id FROM {$wpdb->prefix}actionscheduler_groups WHERE slug = %s", $group)),
    ));
    $id = (int) $wpdb->insert_id;
    ActionScheduler::log($id, 'action created');
    restore_current_blog();
    return $id;
}

final class ActionScheduler {

    public static function runner() {
        return new self();
    }

    public static function log($id, $message) {
        global $wpdb;
        $now = gmdate('Y-m-d H:i:s');
        $wpdb->insert($wpdb->prefix . 'actionscheduler_logs', array('action_id' => $id, 'message' => $message, 'log_date_gmt' => $now, 'log_date_local' => $now));
    }

    /** Run one action if it is pending. */
    public function process_action($id, $context = '') {
        global $wpdb;
        $table = $wpdb->prefix . 'actionscheduler_actions';
        $row = $wpdb->get_row($wpdb->prepare("SELECT hook, args, status FROM $table WHERE action_id = %d", $id), ARRAY_A);
        if ('pending' !== $row['status']) {
            self::log($id, "action ignored via $context");
            return;
        }
        $tried = array('attempts' => 1, 'last_attempt_gmt' => gmdate('Y-m-d H:i:s'), 'last_attempt_local' => gmdate('Y-m-d H:i:s'));
        $wpdb->update($table, array('status' => 'in-progress') + $tried, array('action_id' => $id));
        self::log($id, "action started via $context");
        if ( ! has_action($row['hook'])) {
            $wpdb->update($table, array('status' => 'failed'), array('action_id' => $id));
            self::log($id, "action failed via $context: no callbacks are registered");
            return;
        }
        try {
            do_action_ref_array($row['hook'], array_values(json_decode($row['args'], true)));
            $wpdb->update($table, array('status' => 'complete'), array('action_id' => $id));
            self::log($id, "action complete via $context");
        } catch (Throwable $thrown) {
            $wpdb->update($table, array('status' => 'failed'), array('action_id' => $id));
            self::log($id, "action failed via $context: " . $thrown->getMessage());
        }
    }
}

add_action('wu_async_remove_old_primary_domains', function ($ids) {
    foreach ($ids as $id) {
        $domain = wu_get_domain($id);
        $domain->set_primary_domain(false);
        $domain->save();
    }
});

foreach (array('wu_add_domain', 'wu_remove_domain', 'wu_async_process_domain_stage') as $lab_hook) {
    add_action($lab_hook, function (...$arguments) use ($lab_hook) {
        lab_note('job ' . $lab_hook . ' ' . implode(' ', $arguments));
    }, 10, 2);
}
