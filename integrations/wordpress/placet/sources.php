<?php
/** Where forms come from: WordPress itself and four plugins. */

namespace Placet;

defined('ABSPATH') || exit;

/**
 * The forms of this site. `selector` finds the form on a page; `event` says when its submission has succeeded, and without
 * one the browser's own submission counts.
 *
 * @return array<string, array{label: string, selector: string, event: string, fields: string[]}>
 */
function forms(): array
{
    $found = comments() + contact_form_7() + wpforms() + woocommerce() + elementor();
    /** For forms of other plugins. */
    return (array) apply_filters('placet_forms', $found);
}

function form(string $label, string $selector, string $event, array $fields): array
{
    return ['label' => $label, 'selector' => $selector, 'event' => $event, 'fields' => array_values(array_unique(array_filter($fields)))];
}

function comments(): array
{
    $fields = ['author', 'email', 'url', 'comment', 'wp-comment-cookies-consent'];
    return ['comments' => form(__('Comments', 'placet'), '#commentform', '', $fields)];
}

/** @return \WP_Post[] */
function posts_of(string $type): array
{
    return post_type_exists($type) ? get_posts(['post_type' => $type, 'numberposts' => 100, 'post_status' => 'publish']) : [];
}

function contact_form_7(): array
{
    $forms = [];
    foreach (posts_of('wpcf7_contact_form') as $post) {
        $selector = sprintf('[id^="wpcf7-f%d-"] form', $post->ID);
        $fields = contact_form_7_fields((string) get_post_meta($post->ID, '_form', true));
        $forms['contact-form-7/' . $post->ID] = form('Contact Form 7: ' . $post->post_title, $selector, 'wpcf7mailsent', $fields);
    }
    return $forms;
}

/** The form is written in the post as `[email* your-email]`. What may have several values has a name that ends in `[]`. */
function contact_form_7_fields(string $template): array
{
    preg_match_all('/\[([a-z][\w-]*)\*?\s+([A-Za-z][\w:.-]*)([^\]]*)\]/', $template, $tags, PREG_SET_ORDER);
    $fields = [];
    foreach ($tags as [, $type, $name, $rest]) {
        $options = preg_split('/\s+/', preg_replace('/"[^"]*"|\'[^\']*\'/', '', $rest));
        $is_list = ($type === 'checkbox' && !in_array('exclusive', $options, true)) || ($type === 'select' && in_array('multiple', $options, true));
        $fields[] = $type === 'submit' ? '' : $name . ($is_list ? '[]' : '');
    }
    return $fields;
}

/** The form is JSON in the post. */
function wpforms(): array
{
    $forms = [];
    foreach (posts_of('wpforms') as $post) {
        $form = json_decode($post->post_content, true);
        $fields = array_merge([], ...array_map(__NAMESPACE__ . '\\wpforms_names', array_values((array) ($form['fields'] ?? []))));
        $event = empty($form['settings']['ajax_submit']) ? '' : 'wpformsAjaxSubmitSuccess';
        $forms['wpforms/' . $post->ID] = form('WPForms: ' . $post->post_title, '#wpforms-form-' . $post->ID, $event, $fields);
    }
    return $forms;
}

/** @return string[] the names of a field's inputs: a name and an address have several */
function wpforms_names(array $field): array
{
    $type = $field['type'] ?? '';
    $inputs = [''];
    if ($type === 'name' && ($field['format'] ?? '') !== 'simple') {
        $inputs = array_map(static fn ($part) => "[$part]", explode('-', $field['format'] ?? 'first-last'));
    } elseif ($type === 'address') {
        $inputs = ['[address1]', '[address2]', '[city]', '[state]', '[postal]', '[country]'];
    } elseif ($type === 'email' && !empty($field['confirmation'])) {
        $inputs = ['[primary]', '[secondary]'];
    } elseif (in_array($type, ['checkbox', 'gdpr-checkbox', 'payment-checkbox'], true) || ($type === 'select' && !empty($field['multiple']))) {
        $inputs = ['[]'];
    } elseif (in_array($type, ['divider', 'html', 'layout', 'pagebreak'], true)) {
        $inputs = [];
    }
    return array_map(static fn ($input) => sprintf('wpforms[fields][%s]%s', $field['id'] ?? '', $input), $inputs);
}

/** The classic checkout, of the shortcode: the one made of blocks says nothing when an order has been placed. */
function woocommerce(): array
{
    if (!class_exists('WooCommerce')) {
        return [];
    }
    $fields = ['billing_first_name', 'billing_last_name', 'billing_email', 'billing_phone', 'order_comments', 'terms', 'createaccount'];
    return ['woocommerce' => form(__('WooCommerce checkout', 'placet'), 'form.checkout', 'checkout_place_order_success', $fields)];
}

/** Forms are widgets in the pages that Elementor has built, and in its templates: pop-ups, footers. */
function elementor(): array
{
    $forms = [];
    $pages = get_posts(['post_type' => array_values(get_post_types()), 'numberposts' => 100, 'meta_key' => '_elementor_data', 'post_status' => 'publish']);
    foreach ($pages as $page) {
        $data = get_post_meta($page->ID, '_elementor_data', true);
        foreach (elementor_forms(is_string($data) ? (array) json_decode($data, true) : (array) $data) as $widget) {
            $names = array_map(__NAMESPACE__ . '\\elementor_name', array_values((array) ($widget['settings']['form_fields'] ?? [])));
            $label = sprintf('Elementor: %s', $widget['settings']['form_name'] ?? $widget['id']);
            $forms['elementor/' . $widget['id']] = form($label, sprintf('.elementor-element-%s form', $widget['id']), 'submit_success', $names);
        }
    }
    return $forms;
}

/** Empty for what is shown and not filled in. */
function elementor_name(array $field): string
{
    $type = $field['field_type'] ?? '';
    if (in_array($type, ['html', 'step', 'recaptcha', 'recaptcha_v3', 'honeypot'], true)) {
        return '';
    }
    $is_list = ($type === 'checkbox' && strpos(trim($field['field_options'] ?? ''), "\n") !== false) || ($type === 'select' && !empty($field['allow_multiple']));
    return sprintf('form_fields[%s]%s', $field['custom_id'] ?? '', $is_list ? '[]' : '');
}

function elementor_forms(array $elements): array
{
    $found = [];
    foreach ($elements as $element) {
        if (($element['widgetType'] ?? '') === 'form' && preg_match('/^[a-z0-9]+$/', (string) ($element['id'] ?? ''))) {
            $found[] = $element;
        }
        $found = array_merge($found, elementor_forms((array) ($element['elements'] ?? [])));
    }
    return $found;
}
