<?php
/**
 * Plugin Name: Placet
 * Description: Asks for consent with a Placet widget, and records the consent given in comments, Contact Form 7, WPForms, WooCommerce and Elementor.
 * Version: 0.1.0
 * Requires at least: 6.0
 * Requires PHP: 7.4
 * License: GPL-2.0-or-later
 * License URI: https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain: placet
 *
 * This program is free software; you can redistribute it and/or modify it under the terms of the GNU General Public License as
 * published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
 */

namespace Placet;

defined('ABSPATH') || exit;

const SETTINGS = 'placet';
const FORMS = 'placet_forms';
const NOTICE = 'placet_notice';

require __DIR__ . '/server.php';
require __DIR__ . '/settings.php';
require __DIR__ . '/sources.php';
require __DIR__ . '/page.php';
require __DIR__ . '/notice.php';

if (is_admin()) {
    require __DIR__ . '/admin.php';
}
