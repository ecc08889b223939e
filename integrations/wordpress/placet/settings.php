<?php
/** What the owner of the site has set, read so that nothing else has to check it. */

namespace Placet;

defined('ABSPATH') || exit;

const FACTS = ['id', 'email', 'first_name', 'last_name', 'full_name', 'verified'];

/** @return array{server: string, public_key: string, private_key: string, widget: int} */
function settings(): array
{
    $stored = get_option(SETTINGS);
    return (is_array($stored) ? $stored : []) + ['server' => '', 'public_key' => '', 'private_key' => '', 'widget' => 0];
}

/** Whether pages can talk to the server at all. */
function is_connected(): bool
{
    $settings = settings();
    return $settings['server'] !== '' && $settings['public_key'] !== '';
}

/** Only scheme, host and port: the address is put before paths. Empty for what is no address. */
function origin_of(string $address): string
{
    $parts = wp_parse_url(trim($address));
    if (!isset($parts['scheme'], $parts['host']) || !in_array($parts['scheme'], ['https', 'http'], true)) {
        return '';
    }
    return $parts['scheme'] . '://' . $parts['host'] . (isset($parts['port']) ? ':' . $parts['port'] : '');
}

function key_of(string $text): string
{
    $key = trim($text);
    return preg_match('/^[A-Za-z0-9_-]{20,128}$/', $key) ? $key : '';
}

/** @param mixed $sent */
function read_settings($sent): array
{
    $sent = is_array($sent) ? array_map('strval', array_filter($sent, 'is_scalar')) : [];
    $known = settings();
    $read = [
        'server' => origin_of($sent['server'] ?? ''),
        'public_key' => key_of($sent['public_key'] ?? ''),
        // Never shown, so an empty field means the key that is known.
        'private_key' => ($sent['private_key'] ?? '') === '' ? $known['private_key'] : key_of($sent['private_key']),
        'widget' => max(0, (int) ($sent['widget'] ?? 0)),
    ];
    foreach (['server', 'public_key', 'private_key'] as $name) {
        if (trim($sent[$name] ?? '') !== '' && $read[$name] === '') {
            add_settings_error(SETTINGS, $name, sprintf(__('“%s” cannot be used: an address begins with https://, and a key has 20 to 128 letters, digits, - and _.', 'placet'), $name));
        }
    }
    return $read;
}

/**
 * How each form is understood, by the form's key.
 *
 * @return array<string, array{selector: string, event: string, fields: array<string, string>, notices: string[]}>
 */
function mappings(): array
{
    $stored = get_option(FORMS);
    return is_array($stored) ? $stored : [];
}

/**
 * A field means a fact about the person (`subject:email`), a preference (`preference:newsletter`), or stays out of the
 * proof (`exclude`). WordPress hands in what was posted, and for a new option a second time what this has made of it.
 *
 * @param mixed $sent
 */
function read_mappings($sent): array
{
    $read = [];
    foreach (array_intersect_key(forms(), is_array($sent) ? $sent : []) as $key => $form) {
        $fields = read_fields((array) ($sent[$key]['fields'] ?? []));
        $notices = $sent[$key]['notices'] ?? [];
        $notices = array_filter(is_array($notices) ? $notices : preg_split('/[\s,]+/', (string) $notices));
        if ($fields !== []) {
            // Kept with it, so that visitors do not wait for the forms to be found again.
            $found = ['selector' => $form['selector'], 'event' => $form['event']];
            $read[$key] = $found + ['fields' => $fields, 'notices' => array_values(array_map('sanitize_text_field', $notices))];
        }
    }
    return $read;
}

/** @return array<string, string> what each field means */
function read_fields(array $sent): array
{
    $fields = [];
    foreach ($sent as $name => $means) {
        $is_posted = is_array($means);
        $meaning = $is_posted ? read_meaning($means) : (string) $means;
        if ($meaning !== '') {
            $fields[$is_posted ? sanitize_text_field((string) ($means['field'] ?? '')) : $name] = $meaning;
        }
    }
    return $fields;
}

function read_meaning(array $means): string
{
    $kind = (string) ($means['kind'] ?? '');
    $name = sanitize_text_field((string) ($means['name'] ?? ''));
    if ($kind === 'preference') {
        return $name === '' ? '' : 'preference:' . $name;
    }
    return $kind === 'exclude' || in_array(substr($kind, 8), FACTS, true) ? $kind : '';
}
