<?php
// Fills an empty database with a site, the way its owner would; prints the ids that the tests need. Run from the site's folder.
define('WP_INSTALLING', true);
require 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('A shop', 'owner', 'owner@example.org', true, '', 'correct horse battery');
switch_theme('twentytwentyone');
activate_plugin('placet/placet.php');
update_option('comment_moderation', 0);
update_option('comment_previously_approved', 0);

function page(string $title, string $content, string $type = 'page'): int
{
    return wp_insert_post(['post_type' => $type, 'post_title' => $title, 'post_content' => $content, 'post_status' => 'publish']);
}

register_post_type('wpcf7_contact_form');
register_post_type('wpforms');
$contact = page('Contact', '', 'wpcf7_contact_form');
update_post_meta($contact, '_form', "<label>Name [text* your-name]</label> [email* your-email] [acceptance letter] Send me the letter [/acceptance] [checkbox topics use_label_element \"exclusive offers\" \"events\"] [checkbox size exclusive \"S\" \"L\"] [submit class:wide \"Send\"]");
$survey = page('Survey', wp_slash(wp_json_encode(['fields' => [['id' => '1', 'type' => 'email', 'confirmation' => '1'], ['id' => '2', 'type' => 'name', 'format' => 'first-last'], ['id' => '3', 'type' => 'checkbox'], ['id' => '4', 'type' => 'divider']], 'settings' => ['ajax_submit' => '1']])), 'wpforms');
$callback = page('Call me', '[elementor_stand_in]');
$widget = ['id' => 'ab12cd3', 'elType' => 'widget', 'widgetType' => 'form', 'settings' => ['form_name' => 'Call me', 'form_fields' => [['custom_id' => 'name'], ['custom_id' => 'email'], ['custom_id' => 'calls', 'field_type' => 'acceptance'], ['custom_id' => 'days', 'field_type' => 'checkbox', 'field_options' => "Monday\nFriday"], ['custom_id' => 'about', 'field_type' => 'html']]]];
update_post_meta($callback, '_elementor_data', wp_slash(wp_json_encode([['id' => 'f00', 'elType' => 'section', 'elements' => [$widget]]])));

echo wp_json_encode([
    'post' => 1,
    'privacy' => (int) get_option('wp_page_for_privacy_policy'),
    'contact' => $contact,
    'survey' => $survey,
    'contact_page' => page('Write to us', '[contact_stand_in id="' . $contact . '"]'),
    'survey_page' => page('Survey', '[survey_stand_in id="' . $survey . '"]'),
    'callback_page' => $callback,
    'checkout_page' => page('Checkout', '[checkout_stand_in]'),
]);
