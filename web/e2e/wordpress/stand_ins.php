<?php
// Debian has none of the four plugins. This takes their part: their post types, their markup, and the events by which they
// say that a submission has succeeded.
defined('ABSPATH') || exit;

// Debian's WordPress is older than its PHP, which has much to say about that. Of what it says about our plugin, nothing is let pass.
set_error_handler(static function (int $level, string $message, string $file, int $line): bool {
    if (strpos($file, 'plugins/placet/') !== false) {
        throw new ErrorException($message, 0, $level, $file, $line);
    }
    return false;
});

final class WooCommerce
{
}

add_action('init', static function (): void {
    register_post_type('wpcf7_contact_form');
    register_post_type('wpforms');
});
add_action('wp_enqueue_scripts', static fn () => wp_enqueue_script('jquery'));

function stand_in(string $markup, string $script): string
{
    add_action('wp_footer', static function () use ($script): void {
        wp_print_inline_script_tag("document.addEventListener('submit', (event) => { event.preventDefault(); setTimeout(() => { $script event.target.reset(); }, 30); });");
    }, 99);
    return $markup;
}

add_shortcode('contact_stand_in', static fn ($given): string => stand_in(
    '<div class="wpcf7" id="wpcf7-f' . (int) $given['id'] . '-p2-o1"><form class="wpcf7-form" novalidate><input type="hidden" name="_wpcf7" value="' . (int) $given['id'] . '">
    <label>Your name <input name="your-name"></label><label>Your e-mail <input type="email" name="your-email"></label>
    <label><input type="checkbox" name="letter" value="1"> Send me the letter</label>
    <label><input type="checkbox" name="topics[]" value="exclusive offers" checked> Offers</label><label><input type="checkbox" name="topics[]" value="events"> Events</label><input type="submit" value="Send"></form></div>',
    "event.target.parentNode.dispatchEvent(new CustomEvent('wpcf7mailsent', { bubbles: true }));"
));
add_shortcode('survey_stand_in', static fn ($given): string => stand_in(
    '<form id="wpforms-form-' . (int) $given['id'] . '" class="wpforms-form wpforms-ajax-form"><label>First name <input name="wpforms[fields][2][first]"></label><label>Your e-mail <input name="wpforms[fields][1][primary]"></label>
    <label><input type="checkbox" name="wpforms[fields][3][]" value="Letter"> Send me the letter</label><button>Send</button></form>',
    "jQuery(event.target).trigger('wpformsAjaxSubmitSuccess', [{}]);"
));
// Other plugins say `submit_success` too, of the page.
add_shortcode('elementor_stand_in', static fn (): string => stand_in(
    '<div class="elementor-element elementor-element-ab12cd3"><form class="elementor-form"><label>Your name <input name="form_fields[name]"></label>
    <label>Your e-mail <input name="form_fields[email]"></label><label><input type="checkbox" name="form_fields[calls]" value="on"> Call me</label><button>Send</button></form></div>',
    "jQuery(document).trigger('submit_success', {}); jQuery(document.body).trigger('submit_success', {}); jQuery(event.target).trigger('submit_success', {});"
));
add_shortcode('checkout_stand_in', static fn (): string => stand_in(
    '<form class="checkout woocommerce-checkout"><label>First name <input name="billing_first_name"></label><label>Your e-mail <input name="billing_email"></label>
    <label><input type="checkbox" name="terms"> I have read the terms</label><button id="place_order">Send</button></form>',
    "jQuery(event.target).triggerHandler('checkout_place_order_success', [{}]);"
));
