<?php
/** What visitors get: the widget, the form library, and how the site's forms are understood. */

namespace Placet;

defined('ABSPATH') || exit;

add_action('wp_footer', __NAMESPACE__ . '\\print_widget', 1);
add_action('wp_enqueue_scripts', __NAMESPACE__ . '\\enqueue_forms');
add_filter('script_loader_tag', __NAMESPACE__ . '\\make_async', 10, 2);

function script_of(string $name): string
{
    $settings = settings();
    return $settings['server'] . '/sdk/' . $name . '.js?key=' . rawurlencode($settings['public_key']);
}

function print_widget(): void
{
    $widget = settings()['widget'];
    if (!is_connected() || $widget === 0) {
        return;
    }
    $language = get_bloginfo('language');
    printf('<div id="placet-widget" data-widgetid="%d" data-lang="%s"></div>', (int) $widget, esc_attr($language));
    wp_print_script_tag(['src' => esc_url_raw(script_of('placet')), 'async' => true]);
}

function enqueue_forms(): void
{
    $forms = attachments();
    if (!is_connected() || $forms === []) {
        return;
    }
    wp_enqueue_script('placet-library', script_of('forms'), [], null, true);
    // The plugins that say when a submission has succeeded say it with jQuery.
    $needs = array_filter(array_column($forms, 'event')) === [] ? [] : ['jquery'];
    wp_enqueue_script('placet-forms', plugins_url('forms.js', __FILE__), $needs, '0.1.0', true);
    wp_add_inline_script('placet-forms', 'window.placetForms = ' . wp_json_encode($forms, JSON_HEX_TAG | JSON_HEX_AMP) . ';', 'before');
}

function make_async(string $tag, string $handle): string
{
    return $handle === 'placet-library' ? str_replace('<script ', '<script async ', $tag) : $tag;
}

/** @return array<int, array{selector: string, event: string, settings: array}> */
function attachments(): array
{
    $found = [];
    foreach (mappings() as $key => $form) {
        $found[] = ['selector' => $form['selector'], 'event' => $form['event'], 'settings' => settings_of($key, $form)];
    }
    return $found;
}

function settings_of(string $key, array $mapping): array
{
    $read = ['subject' => [], 'preferences' => [], 'exclude' => []];
    foreach ($mapping['fields'] as $field => $means) {
        [$kind, $name] = explode(':', $means, 2) + [1 => ''];
        if ($kind === 'subject') {
            $read['subject'][$name] = $field;
        } elseif ($kind === 'preference') {
            $read['preferences'][$name] = $field;
        } else {
            $read['exclude'][] = $field;
        }
    }
    return [
        'subject' => (object) $read['subject'],
        'preferences' => (object) $read['preferences'],
        'exclude' => $read['exclude'],
        'notices' => $mapping['notices'],
        // By this the settings page knows which form a consent came from.
        'consent' => ['subject' => ['wordpress_form' => $key]],
    ];
}
