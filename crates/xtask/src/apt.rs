//! Debian packages that a command needs. A package counts as installed when its program is there.

use crate::process::{capture, check};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

pub(crate) const CADDY: Package =
    Package { name: "caddy", installed: || Path::new("/usr/bin/caddy").exists() };
pub(crate) const CHROMIUM: Package =
    Package { name: "chromium", installed: || Path::new("/usr/bin/chromium").exists() };
pub(crate) const DEBOOTSTRAP: Package =
    Package { name: "debootstrap", installed: || Path::new("/usr/sbin/debootstrap").exists() };
pub(crate) const CURL: Package = Package { name: "curl", installed: || Path::new("/usr/bin/curl").exists() };
pub(crate) const FILE: Package = Package { name: "file", installed: || Path::new("/usr/bin/file").exists() };
pub(crate) const NGINX: Package =
    Package { name: "nginx-light", installed: || Path::new("/usr/sbin/nginx").exists() };
pub(crate) const FIREFOX: Package =
    Package { name: "firefox-esr", installed: || Path::new("/usr/bin/firefox-esr").exists() };
pub(crate) const MARIADB: Package =
    Package { name: "mariadb-server", installed: || Path::new("/usr/sbin/mariadbd").exists() };
pub(crate) const PHP: Package = Package { name: "php-cli", installed: || Path::new("/usr/bin/php").exists() };
pub(crate) const PHP_MYSQL: Package = Package { name: "php-mysql", installed: has_php_mysql };
pub(crate) const POSTGRESQL: Package =
    Package { name: "postgresql", installed: || crate::postgres::programs().is_some() };
pub(crate) const PYTHON_VENV: Package = Package { name: "python3-venv", installed: has_python_venv };
pub(crate) const SQLITE: Package =
    Package { name: "sqlite3", installed: || Path::new("/usr/bin/sqlite3").exists() };
pub(crate) const WEBKIT: Package =
    Package { name: "webkit2gtk-driver", installed: || Path::new("/usr/bin/WebKitWebDriver").exists() };
pub(crate) const WRK: Package = Package { name: "wrk", installed: || Path::new("/usr/bin/wrk").exists() };
pub(crate) const XVFB: Package = Package { name: "xvfb", installed: || Path::new("/usr/bin/Xvfb").exists() };

pub(crate) const WORDPRESS: Package =
    Package { name: "wordpress", installed: || Path::new("/usr/share/wordpress").exists() };
pub(crate) const WORDPRESS_THEME: Package = Package {
    name: "wordpress-theme-twentytwentyone",
    installed: || Path::new("/usr/share/wordpress/wp-content/themes/twentytwentyone").exists(),
};

pub(crate) struct Package {
    name: &'static str,
    installed: fn() -> bool,
}

/// Installs those that are missing. Says which and why it cannot, when this user may not.
pub(crate) fn require(packages: &[Package]) -> Result<(), String> {
    let missing: Vec<&str> = packages.iter().filter(|p| !(p.installed)()).map(|p| p.name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !is_root() && !Path::new("/usr/bin/sudo").exists() {
        return Err(format!(
            "{names} is missing and this user cannot install it: run `apt-get install {names}` as root"
        ));
    }
    println!("installing {names}");
    check(apt_get().arg("update"))?;
    check(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(&missing))
}

fn has_php_mysql() -> bool {
    capture(Command::new("php").arg("-m")).is_ok_and(|modules| modules.lines().any(|name| name == "mysqli"))
}

/// Debian's `python3` alone can make no environment with `pip` in it.
fn has_python_venv() -> bool {
    capture(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_ok()
}

fn apt_get() -> Command {
    let mut command = if is_root() { Command::new("env") } else { Command::new("sudo") };
    if !is_root() {
        command.arg("env");
    }
    command.args([
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "--quiet",
        "--option",
        "DPkg::Lock::Timeout=120",
    ]);
    command
}

pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|this| this.uid() == 0)
}
