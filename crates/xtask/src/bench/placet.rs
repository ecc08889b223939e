//! Placet as a newcomer would set it up: one workspace, two keys, one widget, by its own commands.

use super::server::Server;
use crate::process::capture;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An installation: the binary with one database.
pub(crate) struct Placet {
    pub(crate) binary: PathBuf,
    pub(crate) data: PathBuf,
    /// Without it, the embedded database in `data`.
    pub(crate) database_url: Option<String>,
}

/// What a caller needs to use the installation.
pub(crate) struct Access {
    /// Number of the workspace.
    pub(super) workspace: String,
    pub(crate) private_key: String,
    pub(crate) public_key: String,
    /// Path and query of the widget's settings.
    pub(super) settings: String,
}

impl Placet {
    pub(crate) fn set_up(&self) -> Result<Access, String> {
        fs::create_dir_all(&self.data).map_err(|e| format!("cannot create {}: {e}", self.data.display()))?;
        let workspace = field(&self.tell(&["workspace", "create", "--name", "bench"])?, "id")?;
        let key = |kind: &str| -> Result<String, String> {
            field(&self.tell(&["key", "create", "--workspace", &workspace, "--kind", kind])?, "key")
        };
        let (private_key, public_key) = (key("private")?, key("public")?);
        let file = self.data.with_extension("widget.json");
        fs::write(&file, include_str!("widget.json")).map_err(|e| format!("cannot write the widget: {e}"))?;
        let import = ["widget", "import", &file.to_string_lossy(), "--workspace", &workspace];
        let widget = field(&self.tell(&import)?, "id")?;
        let settings = format!("/v1/client/cookie-widget-settings/{widget}?key={public_key}&culture=en");
        Ok(Access { workspace, private_key, public_key, settings })
    }

    pub(crate) fn serve(&self) -> Result<Server, String> {
        Server::start(self.command(&["serve"]), "/readyz", &self.data.with_extension("log"))
    }

    /// Fills the workspace with generated consents, and gives how many were stored in a second.
    pub(super) fn generate(&self, workspace: &str, consents: u64) -> Result<f64, String> {
        let count = consents.to_string();
        let answer = self.tell(&["generate", "--workspace", workspace, "--consents", &count])?;
        let rate = field(&answer, "per_second")?;
        rate.parse().map_err(|_| format!("generate answered {rate:?} as its rate"))
    }

    /// The JSON that one command answers.
    fn tell(&self, arguments: &[&str]) -> Result<String, String> {
        capture(self.command(arguments).arg("--json"))
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).arg("--data").arg(&self.data);
        if let Some(url) = &self.database_url {
            command.args(["--database-url", url]);
        }
        command
    }
}

/// Two notices, as the consents of the load name them.
pub(super) fn publish_notices(server: &Server, key: &str) -> Result<(), String> {
    for identifier in ["privacy_policy", "terms"] {
        let notice = format!(r#"{{"identifier":"{identifier}","content":"What we do, and why."}}"#);
        let (status, body) = server.post("/legal_notices", key, &notice)?;
        if status != 200 {
            return Err(format!("POST /legal_notices answered {status}: {}", String::from_utf8_lossy(&body)));
        }
    }
    Ok(())
}

/// Bytes of all files below `dir`.
pub(super) fn size_of(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .map(|entry| if entry.path().is_dir() { size_of(&entry.path()) } else { size_of_file(&entry.path()) })
        .sum()
}

fn size_of_file(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// The text or number under `name`. The commands answer with one flat object without escapes.
fn field(json: &str, name: &str) -> Result<String, String> {
    let value = || -> Option<&str> {
        let (_, after) = json.split_once(&format!("\"{name}\""))?;
        after.trim_start().strip_prefix(':')?.split([',', '}']).next()
    };
    let found = value().map(|value| value.trim().trim_matches('"').to_owned());
    found.ok_or_else(|| format!("the answer has no {name:?}: {json}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_from_an_answer() {
        let answer = r#"{"id": 12, "kind": "private", "key":"placet_sk_abc"}"#;
        assert_eq!(field(answer, "id").unwrap(), "12");
        assert_eq!(field(answer, "key").unwrap(), "placet_sk_abc");
        assert!(field(answer, "name").is_err());
    }
}
