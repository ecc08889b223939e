//! The web files of Placet, embedded: the SDK, the dashboard, the style of the server's own pages, the demo shop.
//!
//! `build.rs` builds `web/` and generates the table; this file only looks things up in it. How a file is served
//! (which address, how long it may be cached) is the server's business, not this crate's.

/// What `build.rs` found, as one constant per fact.
mod generated {
    use super::Asset;

    include!(concat!(env!("OUT_DIR"), "/table.rs"));
}

/// One built file.
#[derive(Debug)]
pub struct Asset {
    /// The path in the built directory: `sdk/loader.js`, `dashboard/index.html`.
    pub path: &'static str,
    pub bytes: &'static [u8],
    /// The same bytes compressed with brotli; present for text, where it saves something.
    pub brotli: Option<&'static [u8]>,
    pub content_type: &'static str,
    /// Ready for the header, quotes included; made of the digest of `bytes`.
    pub etag: &'static str,
}

/// The version of the SDK's source.
pub const SDK_VERSION: &str = generated::SDK_VERSION;
/// The name of this SDK build in `/sdk/{build}/ui.js`: the first 16 hex digits of its digest.
pub const SDK_BUILD: &str = generated::SDK_BUILD;
/// What a consent names as the SDK that asked: `sha256:` and the hex digest of `sdk/ui.js`.
pub const SDK_DIGEST: &str = generated::SDK_DIGEST;

/// Every file, sorted by path.
pub fn all() -> &'static [Asset] {
    generated::TABLE
}

/// The file at `path`, as in [`Asset::path`].
pub fn get(path: &str) -> Option<&'static Asset> {
    let table = all();
    let place = table.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
    table.get(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_found_by_its_path() {
        assert!(all().is_sorted_by(|a, b| a.path < b.path));
        for asset in all() {
            assert!(std::ptr::eq(get(asset.path).unwrap(), asset), "{}", asset.path);
        }
    }

    #[test]
    fn what_was_not_built_is_not_found() {
        for path in ["", "/", "sdk", "sdk/", "/sdk/ui.js", "sdk/ui.js.br", "../Cargo.toml"] {
            assert!(get(path).is_none(), "{path}");
        }
    }

    #[test]
    fn the_sdk_is_there_under_its_names() {
        let names = ["loader", "ui", "details", "frames", "signals", "advice", "blocker", "forms"];
        for path in names.map(|name| format!("sdk/{name}.js")) {
            let asset = get(&path).unwrap();
            assert_eq!(asset.content_type, "text/javascript; charset=utf-8");
            assert!(asset.brotli.unwrap().len() < asset.bytes.len(), "{path}");
        }
        let build = SDK_DIGEST.strip_prefix("sha256:").unwrap();
        assert_eq!(build.len(), 64);
        assert_eq!(SDK_BUILD, &build[..16]);
        assert_eq!(get("sdk/ui.js").unwrap().etag, format!("\"{SDK_BUILD}\""));
        assert!(SDK_VERSION.starts_with(|first: char| first.is_ascii_digit()));
    }
}
