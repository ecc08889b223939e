//! `placet backup` and `placet restore`

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Common, say, say_aside};
use crate::actions::backup::{self, Manifest};
use crate::app::Clock;
use crate::domain::error::Result;
use crate::domain::json::Json;
use crate::domain::time::Timestamp;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
    /// The backup's file
    file: PathBuf,
}

/// How often progress is told.
const EVERY_MS: i64 = 1000;

pub(super) fn make(options: &Options) -> Result<()> {
    let Options { common, file } = options;
    let mut teller = Teller::begin("backed up");
    let now = Clock::System.now();
    let made =
        backup::make(&common.data.address(), &common.data.data, file, now, &mut |rows| teller.hear(rows))?;
    answer(common, file, &made, "Backed up")
}

pub(super) fn restore(options: &Options) -> Result<()> {
    let Options { common, file } = options;
    let mut teller = Teller::begin("restored");
    let restored =
        backup::restore(&common.data.address(), &common.data.data, file, &mut |rows| teller.hear(rows))?;
    answer(common, file, &restored, "Restored")
}

fn answer(common: &Common, file: &Path, manifest: &Manifest, verb: &str) -> Result<()> {
    let number = |count: u64| Json::Number(count.to_string().into());
    let (rows, bytes) = (manifest.rows(), manifest.bytes());
    let json = Json::object([
        ("file", Json::text(file.display().to_string())),
        ("release", Json::text(manifest.release.as_str())),
        ("schema", Json::int(manifest.schema)),
        ("made_at", Json::text(manifest.made_at.as_str())),
        ("parts", number(manifest.parts.len() as u64)),
        ("rows", number(rows)),
        ("bytes", number(bytes)),
    ]);
    let parts = manifest.parts.len();
    let text = format!("{verb} {rows} rows in {parts} parts, {bytes} bytes: {}", file.display());
    say(&if common.json { json.to_string() } else { text })
}

struct Teller {
    verb: &'static str,
    rows: u64,
    told: Timestamp,
}

impl Teller {
    fn begin(verb: &'static str) -> Teller {
        Teller { verb, rows: 0, told: Clock::System.now() }
    }

    fn hear(&mut self, rows: u64) {
        self.rows += rows;
        let now = Clock::System.now();
        if now.0 - self.told.0 >= EVERY_MS {
            self.told = now;
            say_aside(&format!("{} rows {}", self.rows, self.verb));
        }
    }
}
