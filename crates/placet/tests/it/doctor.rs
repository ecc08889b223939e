//! `placet doctor` without a page: whether the installation is well.

mod certificate;

use std::fs::{OpenOptions, Permissions, set_permissions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::PermissionsExt as _;

use placet::domain::member::Role;
use placet::store::Address;
use serde_json::Value;

use crate::app::Site;
use crate::database::Database;
use crate::person::Person;
use crate::process::{run, run_with_input};

/// Whether the command ended well, and what it said.
fn examined(database: &Database, more: &[&str]) -> (bool, Vec<(bool, String)>) {
    let output = run(database, &[&["doctor", "--json"], more].concat());
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let one = |finding: &Value| (finding["ok"] == true, finding["finding"].as_str().unwrap().to_owned());
    let findings: Vec<_> = said["findings"].as_array().unwrap().iter().map(one).collect();
    assert_eq!(said["ok"], findings.iter().all(|(is_fine, _)| *is_fine));
    assert_eq!(output.status.success(), said["ok"] == true, "{findings:?}");
    (output.status.success(), findings)
}

/// What is wrong, without the settings with which a cluster for tests is made fast.
fn problems(database: &Database, more: &[&str]) -> Vec<String> {
    let (_, findings) = examined(database, more);
    let of_tests = |text: &String| text.starts_with("PostgreSQL runs with");
    findings
        .into_iter()
        .filter(|(is_fine, _)| !is_fine)
        .map(|(_, text)| text)
        .filter(|text| !of_tests(text))
        .collect()
}

/// Folders for tests are made open.
fn site_in_private(database: Database) -> Site {
    if let Address::Folder(folder) = database.address() {
        set_permissions(folder, Permissions::from_mode(0o700)).unwrap();
    }
    Site::open(database)
}

fn well(site: &Site) {
    for workspace in [&site.own, &site.stranger] {
        Person::of(site, workspace, &format!("owner{}@example.org", workspace.id.0), Role::Owner);
    }
}

#[test]
fn an_installation_that_is_well_has_no_problem() {
    for site in Database::all().map(site_in_private) {
        well(&site);
        assert_eq!(problems(&site.database, &["--public-url", &site.url()]), Vec::<String>::new());
        let (_, findings) = examined(&site.database, &["--public-url", &site.url()]);
        let said = |text: &str| findings.iter().any(|(is_fine, found)| *is_fine && found.contains(text));
        assert!(said("A server answers at http://127.0.0.1:"), "{findings:?}");
        assert!(said("Workspace 1 has an owner and keys of both kinds"), "{findings:?}");
        assert!(said("The database file is whole") || said("PostgreSQL 1"), "{findings:?}");
    }
}

#[test]
fn who_and_what_is_missing_is_named_with_the_command_that_adds_it() {
    for site in Database::all().map(site_in_private) {
        let found = problems(&site.database, &["--public-url", "http://127.0.0.1:9"]);
        assert_eq!(
            &found[..2],
            [
                "Nobody can change workspace 1 in the dashboard: placet member create --workspace 1 --email ADDRESS --role owner --password-stdin",
                "Nobody can change workspace 2 in the dashboard: placet member create --workspace 2 --email ADDRESS --role owner --password-stdin",
            ]
        );
        assert!(found[2].starts_with("No server answers at http://127.0.0.1:9: "), "{found:?}");
        assert_eq!(found.len(), 3);
        let owner = Person::owner(&site);
        for key in site.get("/api/v1/keys").ok().as_array().unwrap() {
            if key["kind"] == "public" {
                let path = format!("/api/v1/keys/{}", key["id"].as_str().unwrap());
                assert_eq!(owner.delete(&path).status, 204);
            }
        }
        let missing = "Workspace 1 has no public key, so pages can record nothing: placet key create --workspace 1 --kind public";
        assert!(problems(&site.database, &[]).contains(&missing.to_owned()));
    }
}

#[test]
fn a_cluster_that_would_lose_what_it_acknowledged_is_named() {
    let Some(database) = Database::postgres() else { return };
    let site = Site::open(database);
    let fsync = String::from_utf8(
        site.database.rows("SELECT convert_to(current_setting('fsync'), 'UTF8')").remove(0).remove(0),
    );
    let is_named = examined(&site.database, &[]).1.iter().any(|(is_fine, found)| {
        !is_fine
            && found.starts_with(
                "PostgreSQL runs with fsync off: what was acknowledged is lost when the machine fails",
            )
    });
    assert_eq!(is_named, fsync.unwrap() == "off");
}

#[test]
fn a_folder_that_others_may_read_and_a_damaged_file_are_named() {
    let site = Site::open(Database::sqlite());
    well(&site);
    let Address::Folder(folder) = site.database.address() else { panic!("a folder") };
    set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    let found = problems(&site.database, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0]
            .starts_with("Other accounts of this machine can reach the data folder (mode 755): chmod 700 ")
    );
    set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    for number in 0..200 {
        site.record(crate::erasure::consent_of(&format!("s{number}")));
    }
    let site = site.restart();
    let database = &site.database;
    site.block_on(site.app().store.compact()).unwrap();
    let mut file = OpenOptions::new().write(true).open(folder.join("placet.db")).unwrap();
    // A page of consents or of one of their indexes: none of those that are needed to open the database.
    let pages = file.metadata().unwrap().len() / 4096;
    file.seek(SeekFrom::Start(pages / 2 * 4096)).unwrap();
    file.write_all(&[0xA5; 4096]).unwrap();
    file.sync_all().unwrap();
    let found = problems(database, &[]);
    assert!(found.iter().any(|text| text.starts_with("The database file is damaged: ")), "{found:?}");
}

#[test]
fn a_database_that_cannot_even_be_opened_is_a_finding_with_the_way_out() {
    let database = Database::sqlite();
    let Address::Folder(folder) = database.address() else { panic!("a folder") };
    set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    std::fs::write(folder.join("placet.db"), "this is no database, and has never been one").unwrap();
    let found = problems(&database, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("The database cannot be used: internal error: SQLite: "), "{found:?}");
    assert!(found[0].ends_with("restore a backup into an empty one: placet restore FILE"), "{found:?}");
}

/// Whatever the findings tell people to type is understood.
#[test]
fn the_commands_that_are_named_exist() {
    let site = site_in_private(Database::sqlite());
    let found = problems(&site.database, &[]);
    let create = found[0].split_once(": placet ").unwrap().1.replace("ADDRESS", "ada@example.org");
    let arguments: Vec<&str> = create.split(' ').collect();
    let made = run_with_input(&site.database, &arguments, "correct horse battery");
    assert!(made.status.success(), "{made:?}");
}
