<?php
/** The settings page. */

namespace Placet;

defined('ABSPATH') || exit;

add_action('admin_menu', static function (): void {
    add_options_page('Placet', 'Placet', 'manage_options', SETTINGS, __NAMESPACE__ . '\\print_page');
});
add_action('admin_init', static function (): void {
    register_setting(SETTINGS, SETTINGS, ['sanitize_callback' => __NAMESPACE__ . '\\read_settings']);
    register_setting(FORMS, FORMS, ['sanitize_callback' => __NAMESPACE__ . '\\read_mappings']);
});
add_action('admin_enqueue_scripts', static function (string $page): void {
    if ($page === 'settings_page_' . SETTINGS) {
        wp_enqueue_style('placet-admin', plugins_url('admin.css', __FILE__), [], '0.1.0');
    }
});
add_filter('plugin_action_links_' . plugin_basename(__DIR__ . '/placet.php'), static function (array $links): array {
    return ['<a href="' . esc_url(admin_url('options-general.php?page=' . SETTINGS)) . '">' . esc_html__('Settings', 'placet') . '</a>'] + $links;
});

function print_page(): void
{
    if (!current_user_can('manage_options')) {
        return;
    }
    echo '<div class="wrap placet"><h1>Placet</h1>';
    print_connection();
    print_notice();
    if (is_connected()) {
        print_forms();
    }
    echo '</div>';
}

function print_connection(): void
{
    $settings = settings();
    echo '<form method="post" action="options.php">';
    settings_fields(SETTINGS);
    echo '<table class="form-table" role="presentation">';
    print_input('server', __('Server', 'placet'), $settings['server'], 'url', 'https://consent.example.org', __('Where your Placet is.', 'placet'));
    print_input('public_key', __('Public key', 'placet'), $settings['public_key'], 'text', 'placet_pk_…', __('Stands in the pages, and can only write.', 'placet'));
    $private = $settings['private_key'] === '' ? __('not set', 'placet') : __('set; leave empty to keep it', 'placet');
    print_input('private_key', __('Private key', 'placet'), '', 'password', $private, __('Stays on this server: for the privacy page, and to tell when each form last delivered.', 'placet'));
    $widget = $settings['widget'] ? (string) $settings['widget'] : '';
    print_input('widget', __('Widget number', 'placet'), $widget, 'number', __('none', 'placet'), __('The cookie banner. Without a number visitors see none.', 'placet'));
    echo '</table>';
    submit_button(__('Save connection', 'placet'));
    echo '</form>';
}

function print_input(string $name, string $label, string $value, string $type, string $placeholder, string $help): void
{
    printf(
        '<tr><th scope="row"><label for="placet-%1$s">%2$s</label></th><td><input class="regular-text" id="placet-%1$s" name="%3$s[%1$s]" type="%4$s" value="%5$s" placeholder="%6$s" autocomplete="off" dir="ltr" aria-describedby="placet-%1$s-help"><p class="description" id="placet-%1$s-help">%7$s</p></td></tr>',
        esc_attr($name), esc_html($label), esc_attr(SETTINGS), esc_attr($type), esc_attr($value), esc_attr($placeholder), esc_html($help)
    );
}

function print_notice(): void
{
    $notice = notice();
    if ($notice['version'] > 0) {
        echo '<p>' . esc_html(sprintf(__('The privacy page is registered as legal notice “%1$s”, version %2$d.', 'placet'), IDENTIFIER, $notice['version'])) . '</p>';
    }
    if ($notice['error'] !== '') {
        echo '<div class="notice notice-error inline"><p>' . esc_html(sprintf(__('The privacy page could not be registered: %s. It is tried again in a quarter of an hour.', 'placet'), $notice['error'])) . '</p></div>';
    }
}

function print_forms(): void
{
    $last = last_delivered();
    if (is_wp_error($last)) {
        echo '<div class="notice notice-warning inline"><p>' . esc_html(sprintf(__('The server was asked for the latest deliveries: %s', 'placet'), $last->get_error_message())) . '</p></div>';
    }
    echo '<h2>' . esc_html__('Forms', 'placet') . '</h2><p>' . esc_html__('Say what the fields of a form mean, and its submissions are recorded.', 'placet') . '</p><form method="post" action="options.php">';
    settings_fields(FORMS);
    foreach (forms() as $key => $form) {
        print_form($key, $form, mappings()[$key] ?? ['fields' => [], 'notices' => []], is_wp_error($last) ? null : ($last[$key] ?? ''));
    }
    submit_button(__('Save forms', 'placet'));
    echo '</form>';
}

/** @param string|null $last when it last delivered; null if that is not known */
function print_form(string $key, array $form, array $mapping, ?string $last): void
{
    $base = sprintf('%s[%s]', FORMS, $key);
    $gone = array_diff(array_keys($mapping['fields']), $form['fields']);
    echo '<details' . ($gone ? ' open' : '') . ' data-form="' . esc_attr($key) . '"><summary><strong>' . esc_html($form['label']) . '</strong> <span>' . esc_html(state_of($mapping, $gone, $last)) . '</span></summary>';
    echo '<table class="widefat striped"><thead><tr><th scope="col">' . esc_html__('Field', 'placet') . '</th><th scope="col">' . esc_html__('Means', 'placet') . '</th><th scope="col">' . esc_html__('Name of the preference', 'placet') . '</th></tr></thead><tbody>';
    foreach ($form['fields'] as $at => $field) {
        print_field(sprintf('%s[fields][%d]', $base, $at), $field, $mapping['fields'][$field] ?? '');
    }
    echo '</tbody></table>';
    printf(
        '<p><label>%s <input class="regular-text" type="text" dir="ltr" name="%s[notices]" value="%s" placeholder="privacy_policy"></label></p></details>',
        esc_html__('Legal notices, separated by spaces', 'placet'), esc_attr($base), esc_attr(implode(' ', $mapping['notices']))
    );
}

function state_of(array $mapping, array $gone, ?string $last): string
{
    if ($mapping['fields'] === []) {
        return __('not mapped: nothing is recorded', 'placet');
    }
    if ($gone) {
        return sprintf(__('needs an update: no longer in the form: %s', 'placet'), implode(', ', $gone));
    }
    if ($last === null) {
        return __('mapped', 'placet');
    }
    if ($last === '') {
        return __('mapped; nothing among the latest 100 consents', 'placet');
    }
    return sprintf(__('mapped; last delivered %s', 'placet'), wp_date(get_option('date_format') . ' ' . get_option('time_format'), (int) strtotime($last)));
}

function print_field(string $name, string $field, string $means): void
{
    [$kind, $preference] = explode(':', $means, 2) + [1 => ''];
    $meanings = ['' => __('nothing; part of the proof', 'placet'), 'preference' => __('a preference', 'placet'), 'exclude' => __('stays out of the proof', 'placet')];
    foreach (facts() as $fact => $label) {
        $meanings['subject:' . $fact] = $label;
    }
    printf(
        '<tr><td><code>%1$s</code><input type="hidden" name="%2$s[field]" value="%1$s"></td><td><select name="%2$s[kind]" aria-label="%3$s">',
        esc_attr($field), esc_attr($name), esc_attr(sprintf(__('Meaning of %s', 'placet'), $field))
    );
    foreach ($meanings as $value => $label) {
        printf('<option value="%s"%s>%s</option>', esc_attr($value), selected($kind === 'preference' ? $kind : $means, $value, false), esc_html($label));
    }
    printf(
        '</select></td><td><input type="text" name="%s[name]" value="%s" placeholder="newsletter" aria-label="%s"></td></tr>',
        esc_attr($name), esc_attr($kind === 'preference' ? $preference : ''), esc_attr(sprintf(__('Preference of %s', 'placet'), $field))
    );
}

/** @return array<string, string> each of FACTS in words */
function facts(): array
{
    return [
        'id' => __('the person’s id at this site', 'placet'),
        'email' => __('the person’s e-mail address', 'placet'),
        'first_name' => __('the person’s first name', 'placet'),
        'last_name' => __('the person’s last name', 'placet'),
        'full_name' => __('the person’s full name', 'placet'),
        'verified' => __('whether the person is verified', 'placet'),
    ];
}
