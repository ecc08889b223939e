<?php
/** What is asked of the Placet server, with the private key. */

namespace Placet;

defined('ABSPATH') || exit;

/** @return array|\WP_Error the answer's JSON */
function ask(string $method, string $path, ?array $body = null, array $headers = [])
{
    $settings = settings();
    if ($settings['server'] === '' || $settings['private_key'] === '') {
        return new \WP_Error('placet', __('The server’s address or the private key is not set.', 'placet'));
    }
    $answer = wp_remote_request($settings['server'] . $path, [
        'method' => $method,
        'timeout' => 10,
        'headers' => ['ApiKey' => $settings['private_key'], 'Content-Type' => 'application/json'] + $headers,
        'body' => $body === null ? null : wp_json_encode($body),
    ]);
    if (is_wp_error($answer)) {
        return $answer;
    }
    $said = json_decode(wp_remote_retrieve_body($answer), true);
    $status = wp_remote_retrieve_response_code($answer);
    if ($status !== 200 || !is_array($said)) {
        $message = is_array($said) && isset($said['message']) ? (string) $said['message'] : __('This is not an answer of Placet.', 'placet');
        return new \WP_Error('placet', sprintf('%d: %s', $status, $message));
    }
    return $said;
}

/**
 * The newest consents of this site's forms, by form: a consent names its form among the facts about the subject.
 *
 * @return array<string, string>|\WP_Error moments, as the server writes them
 */
function last_delivered()
{
    $consents = ask('GET', '/consent?source=public&limit=100');
    if (is_wp_error($consents)) {
        return $consents;
    }
    $last = [];
    foreach ($consents as $consent) {
        $form = $consent['subject']['wordpress_form'] ?? null;
        if (is_string($form)) {
            $last[$form] = $last[$form] ?? (string) $consent['timestamp'];
        }
    }
    return $last;
}
