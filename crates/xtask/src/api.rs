//! The HTTP API against its own description: Schemathesis sends thousands of requests, such as the description allows
//! and such as it does not, and holds every answer against it. That wrong requests must be refused is not asked: real
//! clients send much that the server takes and the description does not promise.

use crate::bench::placet::{Access, Placet};
use crate::bench::server::Server;
use crate::process::{check, root, target_dir};
use crate::scratch::Scratch;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const REQUIREMENTS: &str = include_str!("requirements.txt");
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// Beside the examples and the edges of each schema, which are always sent; in about a minute for each database.
const EXAMPLES: &str = "3";

/// Installs Schemathesis into the target directory, unless this version is there, and gives its program.
pub(crate) fn install() -> Result<PathBuf, String> {
    let place = target_dir()?.join("schemathesis");
    let installed = place.join("requirements.txt");
    if fs::read_to_string(&installed).is_ok_and(|requirements| requirements == REQUIREMENTS) {
        return Ok(place.join("bin/schemathesis"));
    }
    println!("installing schemathesis");
    check(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&place))?;
    let mut pip = Command::new(place.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    check(pip.arg(root().join("crates/xtask/src/requirements.txt")))?;
    fs::write(&installed, REQUIREMENTS).map_err(|e| format!("cannot write {}: {e}", installed.display()))?;
    Ok(place.join("bin/schemathesis"))
}

/// A server on fresh data, and the keys to it. Stopped and removed when dropped.
pub(crate) struct Trial {
    server: Server,
    scratch: Scratch,
}

impl Trial {
    /// Without a URL, the embedded database.
    pub(crate) fn start(binary: &Path, database_url: Option<String>) -> Result<Self, String> {
        let scratch = Scratch::create("api")?;
        let placet = Placet { binary: binary.to_path_buf(), data: scratch.path().join("data"), database_url };
        let access = placet.set_up()?;
        let server = placet.serve()?;
        let settings = scratch.path().join("schemathesis.toml");
        fs::write(&settings, settings_of(&access))
            .map_err(|e| format!("cannot write {}: {e}", settings.display()))?;
        Ok(Self { server, scratch })
    }

    /// What sends the requests. The seed makes two runs the same run.
    pub(crate) fn command(&self, schemathesis: &Path) -> Command {
        let mut command = Command::new(schemathesis);
        command.current_dir(self.scratch.path()).arg("run").arg(self.server.url("/api/openapi.json"));
        command.args(["--url", &self.server.url(""), "--checks", CHECKS, "--max-examples", EXAMPLES]);
        command.args(["--seed", "1", "--warnings", "off", "--no-color", "--continue-on-failure"]);
        command
    }
}

/// The keys, under the names that the description gives to the ways of showing them.
fn settings_of(access: &Access) -> String {
    let Access { private_key, public_key, .. } = access;
    format!(
        "[auth.openapi]\n\
         ApiKey = {{ api_key = \"{private_key}\" }}\n\
         Bearer = {{ bearer = \"{private_key}\" }}\n\
         PublicKey = {{ api_key = \"{public_key}\" }}\n"
    )
}
