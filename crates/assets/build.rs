//! Builds `web/` with Node and writes a table of every built file for `src/lib.rs` to include.
//!
//! The result is never committed, so the binary cannot carry a stale page. `PLACET_WEB_DIST` names a directory
//! that `node web/build.mjs --out DIR` made elsewhere; then neither Node nor npm is needed here.
//!
//! A failure is reported with `cargo::error`, so that what a person reads is the sentence, not a stack trace.

use sha2::{Digest, Sha256};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const OLDEST_NODE: (u32, u32) = (20, 19);
const NODE_WANTED: &str = "install Node 20.19 or later, or point PLACET_WEB_DIST at a built web directory";

/// What the web build reads, relative to `web/`. Never `web/` itself: it holds `node_modules`, which the build changes.
const INPUTS: [&str; 8] = [
    "sdk",
    "dashboard",
    "pages",
    "build.mjs",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "../examples/demo-shop",
];

fn main() {
    if let Err(problem) = embed() {
        for line in problem.lines() {
            println!("cargo::error={line}");
        }
    }
}

fn embed() -> Result<(), String> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=PLACET_WEB_DIST");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?);
    let dist = match env::var_os("PLACET_WEB_DIST") {
        Some(dir) => prebuilt(Path::new(&dir))?,
        None => build_web(&out.join("web"))?,
    };
    let table = table(&dist)?;
    fs::write(out.join("table.rs"), table).map_err(|e| format!("cannot write the table of web files: {e}"))
}

fn prebuilt(dir: &Path) -> Result<PathBuf, String> {
    let dist = dir
        .canonicalize()
        .map_err(|e| format!("PLACET_WEB_DIST names {}, which cannot be read: {e}", dir.display()))?;
    println!("cargo::rerun-if-changed={}", dist.display());
    Ok(dist)
}

fn build_web(out: &Path) -> Result<PathBuf, String> {
    // Asked when this runs: a script that was built where the folder stood before would look there.
    let package = env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo does not say where this package is")?;
    let web = Path::new(&package).join("../../web");
    for input in INPUTS {
        println!("cargo::rerun-if-changed={}", web.join(input).display());
    }
    require_node()?;
    install_packages(&web)?;
    let mut build = Command::new("node");
    build.current_dir(&web).arg("build.mjs").arg("--out").arg(out);
    run(&mut build, "the web build failed")?;
    Ok(out.to_path_buf())
}

fn require_node() -> Result<(), String> {
    let Ok(answer) = Command::new("node").arg("--version").output() else {
        return Err(format!("Node was not found: {NODE_WANTED}"));
    };
    let version = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    if node_version(&version).is_some_and(|found| found >= OLDEST_NODE) {
        return Ok(());
    }
    Err(format!("Node {version} is too old: {NODE_WANTED}"))
}

/// `v20.20.1` is (20, 20).
fn node_version(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix('v')?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// Installs the locked packages, unless `node_modules` was installed from this very lock file.
fn install_packages(web: &Path) -> Result<(), String> {
    let lock_path = web.join("package-lock.json");
    let unreadable = |e: io::Error| format!("cannot read {}: {e}", lock_path.display());
    // Two cargo commands with two target directories must not install at once.
    let guard = fs::File::open(&lock_path).map_err(unreadable)?;
    guard.lock().map_err(unreadable)?;
    let wanted = fs::read(&lock_path).map_err(unreadable)?;
    let stamp = web.join("node_modules/.installed-from-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut install = Command::new("npm");
    install.current_dir(web).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    run(&mut install, "npm could not install the packages of web/package-lock.json")?;
    fs::write(&stamp, &wanted).map_err(|e| format!("cannot write {}: {e}", stamp.display()))
}

fn run(command: &mut Command, complaint: &str) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{complaint} ({})\n{}", output.status, words_of(&output))),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            Err(format!("{program} was not found: {NODE_WANTED}"))
        }
        Err(e) => Err(format!("{complaint}: {program} did not start: {e}")),
    }
}

fn words_of(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&both).trim().to_owned()
}

/// The Rust source of the table, sorted by path, and the names of the SDK from the manifest.
fn table(dist: &Path) -> Result<String, String> {
    let mut paths = Vec::new();
    collect(dist, dist, &mut paths)
        .map_err(|e| format!("cannot list the built web directory {}: {e}", dist.display()))?;
    paths.sort();
    let mut source = String::from("pub(crate) static TABLE: &[Asset] = &[\n");
    for path in paths.iter().filter(|path| !is_twin(path, &paths)) {
        source += &entry(dist, path, &paths)?;
    }
    source += "];\n";
    source += &sdk_names(dist)?;
    Ok(source)
}

fn collect(root: &Path, dir: &Path, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, paths)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            paths.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

/// Whether `path` is the brotli twin of another file.
fn is_twin(path: &str, paths: &[String]) -> bool {
    path.strip_suffix(".br")
        .is_some_and(|original| paths.binary_search_by(|p| p.as_str().cmp(original)).is_ok())
}

fn entry(dist: &Path, path: &str, paths: &[String]) -> Result<String, String> {
    let file = dist.join(path);
    let bytes = fs::read(&file).map_err(|e| format!("cannot read {}: {e}", file.display()))?;
    let content_type = content_type(path)?;
    let etag = format!("\"{}\"", &hex(&Sha256::digest(&bytes))[..16]);
    let twin = format!("{path}.br");
    let brotli = if paths.contains(&twin) {
        format!("Some({})", include(&dist.join(&twin)))
    } else {
        "None".to_owned()
    };
    Ok(format!(
        "Asset {{ path: {path:?}, bytes: {}, brotli: {brotli}, content_type: {content_type:?}, etag: {etag:?} }},\n",
        include(&file)
    ))
}

fn include(file: &Path) -> String {
    format!("include_bytes!({:?})", file.to_string_lossy())
}

fn content_type(path: &str) -> Result<&'static str, String> {
    Ok(match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp4" => "video/mp4",
        other => {
            return Err(format!(
                "no content type is known for .{other} ({path}): name it in crates/assets/build.rs"
            ));
        }
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn sdk_names(dist: &Path) -> Result<String, String> {
    let manifest = fs::read_to_string(dist.join("manifest.json"))
        .map_err(|e| format!("{} has no readable manifest.json: {e}", dist.display()))?;
    let names = [("SDK_VERSION", "version"), ("SDK_BUILD", "build"), ("SDK_DIGEST", "ui")];
    let mut source = String::new();
    for (constant, key) in names {
        let value =
            manifest_text(&manifest, key).ok_or(format!("manifest.json has no text under {key:?}"))?;
        let _ = writeln!(source, "pub(crate) const {constant}: &str = {value:?};");
    }
    Ok(source)
}

/// The text under `key`. `web/build.mjs` writes each key once and no escapes, so this needs no JSON parser.
fn manifest_text<'a>(manifest: &'a str, key: &str) -> Option<&'a str> {
    let (_, after) = manifest.split_once(&format!("\"{key}\""))?;
    let (_, value) = after.trim_start().strip_prefix(':')?.split_once('"')?;
    value.split_once('"').map(|(text, _)| text)
}
