//! A private PostgreSQL for one command: its own cluster in a scratch directory, reached by unix socket only.
//! The cluster that Debian's package creates is never touched.

use crate::apt::is_root;
use crate::process::{capture, not_started, now};
use crate::scratch::{self, Scratch};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

#[derive(Clone, Copy)]
pub(crate) enum Durability {
    /// For tests: nothing is worth a sync to disk.
    None,
    /// For figures: what PostgreSQL does when nobody configures it, `fsync` and `synchronous_commit` on.
    Default,
}

/// Stopped and removed when dropped.
pub(crate) struct Postgres {
    server: Child,
    cluster: Cluster,
    _scratch: Scratch,
}

impl Postgres {
    pub(crate) fn start(durability: Durability) -> Result<Self, String> {
        let owner = Owner::find()?;
        for left in scratch::stale("postgres") {
            Cluster { dir: left, owner }.stop();
        }
        let scratch = Scratch::create("postgres")?;
        let cluster = Cluster { dir: scratch.path().to_path_buf(), owner };
        cluster.create()?;
        let server = cluster.serve(durability)?;
        let postgres = Self { server, cluster, _scratch: scratch };
        postgres.wait_until_ready()?;
        Ok(postgres)
    }

    pub(crate) fn url(&self) -> String {
        self.url_of("postgres")
    }

    pub(crate) fn url_of(&self, database: &str) -> String {
        format!("postgresql:///{database}?host={}&user=postgres", self.cluster.dir.display())
    }

    /// Makes an empty database and gives its URL.
    pub(crate) fn create(&self, name: &str) -> Result<String, String> {
        self.ask(&format!("CREATE DATABASE {name}"))?;
        Ok(self.url().replacen("/postgres?", &format!("/{name}?"), 1))
    }

    /// The answer to one statement, as text.
    pub(crate) fn ask(&self, statement: &str) -> Result<String, String> {
        self.ask_in("postgres", statement)
    }

    /// The answer of another database of the cluster: a line for each row, `|` between columns.
    pub(crate) fn ask_in(&self, database: &str, statement: &str) -> Result<String, String> {
        let mut psql = self.cluster.program("psql")?;
        psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--command", statement]);
        Ok(capture(psql.arg(self.url_of(database)))?.trim().to_owned())
    }

    fn wait_until_ready(&self) -> Result<(), String> {
        let since = now();
        while capture(self.cluster.program("pg_isready")?.arg("--host").arg(&self.cluster.dir)).is_err() {
            if now() - since > Duration::from_secs(30) {
                let log = fs::read_to_string(self.cluster.log()).unwrap_or_default();
                return Err(format!("PostgreSQL was not ready after 30 seconds\n{log}"));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.cluster.stop();
        let _ = self.server.wait();
    }
}

struct Cluster {
    dir: PathBuf,
    owner: Owner,
}

impl Cluster {
    fn create(&self) -> Result<(), String> {
        self.owner.take(&self.dir)?;
        let mut initdb = self.program("initdb")?;
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        capture(initdb.arg("--pgdata").arg(self.data())).map(drop)
    }

    /// The server as our own child: Ctrl-C in the terminal reaches it, and it ends.
    fn serve(&self, durability: Durability) -> Result<Child, String> {
        let log = fs::File::create(self.log()).map_err(|e| format!("cannot write PostgreSQL's log: {e}"))?;
        let mut postgres = self.program("postgres")?;
        postgres.arg("-D").arg(self.data()).arg("-k").arg(&self.dir).args(["-c", "listen_addresses="]);
        if let Durability::None = durability {
            postgres.args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
        }
        postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        postgres.spawn().map_err(|e| not_started(&postgres, &e))
    }

    /// Without a word when there is nothing to stop.
    fn stop(&self) {
        if let Ok(mut pg_ctl) = self.program("pg_ctl") {
            let _ = capture(pg_ctl.args(["stop", "--mode=immediate", "--pgdata"]).arg(self.data()));
        }
    }

    fn program(&self, name: &str) -> Result<Command, String> {
        let programs = programs().ok_or("PostgreSQL is not installed")?;
        let mut command = Command::new(programs.join(name));
        command.current_dir(&self.dir).uid(self.owner.uid).gid(self.owner.gid);
        Ok(command)
    }

    fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    fn log(&self) -> PathBuf {
        self.dir.join("log")
    }
}

/// PostgreSQL refuses to run as root; then the user `postgres`, made by Debian's package, runs it.
#[derive(Clone, Copy)]
struct Owner {
    uid: u32,
    gid: u32,
}

impl Owner {
    fn find() -> Result<Self, String> {
        let user = is_root().then_some("postgres");
        Ok(Self { uid: id("--user", user)?, gid: id("--group", user)? })
    }

    /// Makes the directory this user's own, closed to everybody else.
    fn take(self, dir: &Path) -> Result<(), String> {
        let private = fs::Permissions::from_mode(0o700);
        chown(dir, Some(self.uid), Some(self.gid))
            .and_then(|()| fs::set_permissions(dir, private))
            .map_err(|e| format!("cannot hand {} to PostgreSQL: {e}", dir.display()))
    }
}

fn id(which: &str, user: Option<&str>) -> Result<u32, String> {
    let answer = capture(Command::new("id").arg(which).args(user))?;
    answer.trim().parse().map_err(|_| format!("`id {which}` answered {answer:?}"))
}

/// Where the newest installed PostgreSQL keeps its programs.
pub(crate) fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let version = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest = versions.map(|entry| entry.path()).filter(|path| path.join("bin/initdb").exists());
    newest.max_by_key(version).map(|path| path.join("bin"))
}
