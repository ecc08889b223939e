<?php
/** The site's privacy page is a legal notice: each change of it is a new version. */

namespace Placet;

defined('ABSPATH') || exit;

const IDENTIFIER = 'privacy_policy';
const TRY_AGAIN = 'placet_register_notice';

add_action('save_post_page', __NAMESPACE__ . '\\page_saved', 20, 1);
add_action('update_option_wp_page_for_privacy_policy', __NAMESPACE__ . '\\register_notice');
add_action('add_option_' . SETTINGS, __NAMESPACE__ . '\\register_notice');
add_action('update_option_' . SETTINGS, __NAMESPACE__ . '\\register_notice');
add_action(TRY_AGAIN, __NAMESPACE__ . '\\register_notice');

/** @return array{digest: string, version: int, error: string} */
function notice(): array
{
    $stored = get_option(NOTICE);
    return (is_array($stored) ? $stored : []) + ['digest' => '', 'version' => 0, 'error' => ''];
}

function page_saved(int $page): void
{
    if ($page === (int) get_option('wp_page_for_privacy_policy')) {
        register_notice();
    }
}

/** As visitors read it; what was registered already is not sent again. */
function register_notice(): void
{
    $page = get_post((int) get_option('wp_page_for_privacy_policy'));
    if (!$page || $page->post_status !== 'publish' || settings()['private_key'] === '') {
        return;
    }
    $text = wp_kses_post(apply_filters('the_content', $page->post_content));
    $digest = hash('sha256', $text);
    $known = notice();
    if ($digest === $known['digest']) {
        return;
    }
    $language = substr(get_bloginfo('language'), 0, 2);
    // The name makes a request harmless that is sent again because its answer was lost.
    $name = ['Idempotency-Key' => hash('sha256', home_url() . $known['digest'] . $digest)];
    $said = ask('POST', '/legal_notices', ['identifier' => IDENTIFIER, 'content' => [$language => $text]], $name);
    if (is_wp_error($said)) {
        update_option(NOTICE, ['error' => $said->get_error_message()] + $known, false);
        wp_next_scheduled(TRY_AGAIN) || wp_schedule_single_event(time() + 15 * MINUTE_IN_SECONDS, TRY_AGAIN);
        return;
    }
    update_option(NOTICE, ['digest' => $digest, 'version' => (int) $said['version'], 'error' => ''], false);
}
