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

/** The form is written in the post as `[email* your-email]`. */
function contact_form_7(): array
{
    $forms = [];
    foreach (posts_of('wpcf7_contact_form') as $post) {
        $template = (string) get_post_meta($post->ID, '_form', true);
        preg_match_all('/\[[a-z]+\*?\s+([A-Za-z][\w:.-]*)/', $template, $tags);
        $selector = sprintf('[id^="wpcf7-f%d-"] form', $post->ID);
        $forms['contact-form-7/' . $post->ID] = form('Contact Form 7: ' . $post->post_title, $selector, 'wpcf7mailsent', $tags[1]);
    }
    return $forms;
}

/** The form is JSON in the post. A group of boxes has a name that ends in `[]`. */
function wpforms(): array
{
    $forms = [];
    foreach (posts_of('wpforms') as $post) {
        $form = json_decode($post->post_content, true);
        $fields = [];
        foreach ((array) ($form['fields'] ?? []) as $field) {
            $boxes = in_array($field['type'] ?? '', ['checkbox', 'gdpr-checkbox'], true) ? '[]' : '';
            $fields[] = sprintf('wpforms[fields][%s]%s', $field['id'] ?? '', $boxes);
        }
        $event = empty($form['settings']['ajax_submit']) ? '' : 'wpformsAjaxSubmitSuccess';
        $forms['wpforms/' . $post->ID] = form('WPForms: ' . $post->post_title, '#wpforms-form-' . $post->ID, $event, $fields);
    }
    return $forms;
}

function woocommerce(): array
{
    if (!class_exists('WooCommerce')) {
        return [];
    }
    $fields = ['billing_first_name', 'billing_last_name', 'billing_email', 'billing_phone', 'order_comments', 'terms', 'createaccount'];
    return ['woocommerce' => form(__('WooCommerce checkout', 'placet'), 'form.checkout', 'checkout_place_order_success', $fields)];
}

/** Forms are widgets in the pages that Elementor has built. */
function elementor(): array
{
    $forms = [];
    $pages = get_posts(['post_type' => 'any', 'numberposts' => 100, 'meta_key' => '_elementor_data', 'post_status' => 'publish']);
    foreach ($pages as $page) {
        $data = get_post_meta($page->ID, '_elementor_data', true);
        foreach (elementor_forms(is_string($data) ? (array) json_decode($data, true) : (array) $data) as $widget) {
            $names = array_map(static fn ($field) => sprintf('form_fields[%s]', $field['custom_id'] ?? ''), (array) ($widget['settings']['form_fields'] ?? []));
            $label = sprintf('Elementor: %s', $widget['settings']['form_name'] ?? $widget['id']);
            $forms['elementor/' . $widget['id']] = form($label, sprintf('.elementor-element-%s form', $widget['id']), 'submit_success', $names);
        }
    }
    return $forms;
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
