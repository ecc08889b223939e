<?php
/** Leaves nothing behind. */

defined('WP_UNINSTALL_PLUGIN') || exit;

array_map('delete_option', ['placet', 'placet_forms', 'placet_notice']);
wp_clear_scheduled_hook('placet_register_notice');
