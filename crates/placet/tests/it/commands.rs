//! The commands of the program, each as a process of its own.

use std::process::Output;

use placet::store;
use serde_json::{Value, json};

use crate::app::PASSWORD;
use crate::database::Database;
use crate::process::{Server, answer, json_of, placet, run, run_with_input};
use crate::widget;

/// Runs a test on each database, with a workspace.
fn on_both(test: impl Fn(&Database)) {
    for database in Database::all() {
        assert_eq!(
            answer(&database, &["workspace", "create", "--name", "Own"]),
            json!({ "id": 1, "name": "Own" })
        );
        test(&database);
    }
}

/// The command failed with exactly this sentence.
#[track_caller]
fn refused(output: &Output, sentence: &str) {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!((output.status.code(), said.trim()), (Some(1), sentence));
    assert!(output.stdout.is_empty(), "{output:?}");
}

fn create_key(database: &Database, kind: &str) -> String {
    let key = answer(database, &["key", "create", "--workspace", "1", "--kind", kind]);
    key["key"].as_str().unwrap().to_owned()
}

#[test]
fn workspaces_are_numbered_from_one() {
    on_both(|database| {
        let second = answer(database, &["workspace", "create", "--name", "  Zweite  "]);
        assert_eq!(second, json!({ "id": 2, "name": "Zweite" }));
        let third = run(database, &["workspace", "create", "--name", "Third"]);
        assert_eq!(String::from_utf8(third.stdout).unwrap(), "Created workspace 3: Third\n");
        let none = run(database, &["workspace", "create", "--name", " "]);
        refused(&none, "placet: name: must have 1 to 100 characters");
    });
}

#[test]
fn a_key_is_shown_once_with_its_id_and_kind() {
    on_both(|database| {
        for kind in ["private", "public"] {
            let key =
                answer(database, &["key", "create", "--workspace", "1", "--kind", kind, "--name", "Website"]);
            let members: Vec<&String> = key.as_object().unwrap().keys().collect();
            assert_eq!(members.len(), 3);
            assert_eq!(key["kind"], kind);
            assert!(key["key"].as_str().unwrap().starts_with(if kind == "private" {
                "placet_sk_"
            } else {
                "placet_pk_"
            }));
            assert!(!key["key"].as_str().unwrap().contains(key["id"].as_str().unwrap()));
        }
        let unknown = run(database, &["key", "create", "--workspace", "9", "--kind", "public", "--json"]);
        refused(&unknown, "placet: Workspace not found");
    });
}

#[test]
fn a_key_may_be_brought_along_once() {
    on_both(|database| {
        let value = "AbCdEfGhIjKlMnOpQrStUvWxYz012345";
        let bring = |value| {
            run(
                database,
                &["key", "create", "--workspace", "1", "--kind", "private", "--json", "--value", value],
            )
        };
        assert_eq!(json_of(&bring(value))["key"], value);
        refused(&bring(value), "placet: this key is in use already");
        let reason = "must be 20 to 128 of A-Z a-z 0-9 _ -, with its checksum right if Placet issued it";
        refused(&bring("short"), &format!("placet: value: {reason}"));
        let server = Server::start(database);
        server.request("GET", "/consent").key(value).send().is(200, json!([]));
    });
}

#[test]
fn a_member_signs_in_with_the_password_from_standard_input() {
    on_both(|database| {
        let arguments = [
            "member",
            "create",
            "--workspace",
            "1",
            "--email",
            "Ada@example.org",
            "--role",
            "owner",
            "--password-stdin",
        ];
        let create =
            |password: &str| run_with_input(database, &[&arguments[..], &["--json"]].concat(), password);
        refused(&create("short"), "placet: password: must have 12 to 1024 characters");
        assert_eq!(json_of(&create(&format!("{PASSWORD}\n"))), json!({ "id": 1 }));
        refused(&create(PASSWORD), "placet: ada@example.org is a member of this workspace already");
        let server = Server::start(database);
        let form = "email=ada%40example.org&password=correct+horse+battery";
        let answer = server.request("POST", "/sign-in").form(form).send();
        assert_eq!((answer.status, answer.header("location")), (303, Some("/w/1/consents")));
    });
}

#[test]
fn a_widget_is_imported_under_the_id_asked_for_or_its_own_or_the_next() {
    on_both(|database| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("widget.json");
        let import = |file: &Value, more: &[&str]| {
            // As editors on some systems write it: with a byte order mark.
            std::fs::write(&path, format!("\u{feff}{file}")).unwrap();
            let arguments = ["widget", "import", path.to_str().unwrap(), "--workspace", "1", "--json"];
            run(database, &[&arguments[..], more].concat())
        };
        let mut file = widget::file();
        let first = json_of(&import(&file, &[]));
        assert_eq!(first, json!({ "id": 1, "version": first["version"] }));
        file["id"] = json!(4712);
        assert_eq!(json_of(&import(&file, &[])), json!({ "id": 4712, "version": first["version"] }));
        assert_eq!(json_of(&import(&file, &["--id", "9"]))["id"], 9);
        refused(
            &import(&json!({ "label": "x" }), &[]),
            "placet: allowedOrigins: is required: the list of origins that may use the widget, such as https://shop.example",
        );
        let missing = run(database, &["widget", "import", "nowhere.json", "--workspace", "1"]);
        refused(&missing, "placet: nowhere.json: No such file or directory (os error 2)");
        let unknown = run(database, &["widget", "import", path.to_str().unwrap(), "--workspace", "9"]);
        assert_eq!(unknown.status.code(), Some(1));
    });
}

#[test]
fn a_setting_that_is_understood_differently_is_said_beside_the_answer() {
    on_both(|database| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("widget.json");
        let mut file = widget::file();
        file["groups"][1]["services"][0]["defaultConsent"] = json!(true);
        std::fs::write(&path, file.to_string()).unwrap();
        let output =
            run(database, &["widget", "import", path.to_str().unwrap(), "--workspace", "1", "--json"]);
        assert_eq!(json_of(&output)["id"], 1);
        let warning = "warning: groups[1].services[0].defaultConsent: is treated as false, because the visitor has to be asked\n";
        assert_eq!(String::from_utf8(output.stderr).unwrap(), warning);
    });
}

#[test]
fn what_a_command_changes_is_seen_by_a_running_server_within_a_second() {
    on_both(|database| {
        let server = Server::start(database);
        let private = create_key(database, "private");
        let public = create_key(database, "public");
        let consent = server.request("POST", "/consent").key(&private).json("{}").send();
        assert_eq!(consent.status, 200);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("widget.json");
        let label = |label: &str| {
            let mut file = widget::file();
            (file["id"], file["label"]) = (json!(7), json!(label));
            std::fs::write(&path, file.to_string()).unwrap();
            answer(database, &["widget", "import", path.to_str().unwrap(), "--workspace", "1"]);
            std::thread::sleep(std::time::Duration::from_millis(1001));
            let target = format!("/v1/client/cookie-widget-settings/7?key={public}");
            server.request("GET", &target).send().ok()["label"].clone()
        };
        assert_eq!((label("Before"), label("After")), (json!("Before"), json!("After")));
        let rest = server.stop();
        assert_eq!(rest, "");
    });
}

#[test]
fn commands_write_while_the_server_is_under_load() {
    on_both(|database| {
        let server = Server::start(database);
        let key = create_key(database, "private");
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !done.load(std::sync::atomic::Ordering::Relaxed) {
                        assert_eq!(
                            server.request("POST", "/consent").key(&key).json("{}").send().status,
                            200
                        );
                    }
                });
            }
            let made: Vec<Value> = (0..5)
                .map(|_| answer(database, &["workspace", "create", "--name", "More"])["id"].clone())
                .collect();
            done.store(true, std::sync::atomic::Ordering::Relaxed);
            assert_eq!(made, [2, 3, 4, 5, 6].map(|id| json!(id)));
        });
    });
}

#[test]
fn the_setup_link_of_an_empty_installation_works_once() {
    for database in Database::all() {
        let mut server = Server::start(&database);
        let link = server.line();
        let token = link
            .strip_prefix("Set it up, once: ")
            .and_then(|url| url.split_once("?token="))
            .unwrap()
            .1
            .to_owned();
        let show =
            |server: &Server, token: &str| server.request("GET", &format!("/setup?token={token}")).send();
        assert_eq!(
            (show(&server, &token).status, show(&server, "0").status, show(&server, "").status),
            (200, 404, 404)
        );
        let submit = |password: &str| {
            let form = format!("token={token}&workspace=Shop&email=ada%40example.org&password={password}");
            server.request("POST", "/setup").form(&form).send()
        };
        let short = submit("short");
        assert_eq!(short.status, 400);
        assert!(short.body.contains("must have 12 to 1024 characters"), "{short:?}");
        let done = submit("correct+horse+battery");
        assert_eq!((done.status, done.header("location")), (303, Some("/w/1/consents")));
        let cookie = done.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let session = server.request("GET", "/api/v1/session").header("Cookie", &cookie).send().ok();
        assert_eq!(
            (&session["member"], &session["workspace"]),
            (
                &json!({ "id": 1, "email": "ada@example.org", "role": "owner" }),
                &json!({ "id": 1, "name": "Shop" })
            )
        );
        assert_eq!((submit("correct+horse+battery").status, show(&server, &token).status), (404, 404));
        server.stop();
        let server = Server::start(&database);
        assert_eq!(server.stop(), "", "no link once there is a workspace");
    }
}

#[test]
fn each_start_of_an_empty_installation_ends_the_link_of_the_one_before() {
    let database = Database::sqlite();
    let token = |server: &mut Server| server.line().split_once("?token=").unwrap().1.to_owned();
    let mut first = Server::start(&database);
    let old = token(&mut first);
    first.stop();
    let mut second = Server::start(&database);
    let new = token(&mut second);
    let status = |token: &str| second.request("GET", &format!("/setup?token={token}")).send().status;
    assert_eq!((status(&old), status(&new)), (404, 200));
}

#[test]
fn a_demo_does_not_listen_to_the_network() {
    let database = Database::sqlite();
    let output = run(&database, &["serve", "--demo", "--listen", "0.0.0.0:0"]);
    refused(
        &output,
        "placet: listen: --demo prints its passwords, so it listens on loopback only: use 127.0.0.1",
    );
}

#[test]
fn a_database_that_cannot_be_opened_is_one_clear_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let output =
        placet(&["workspace", "create", "--name", "x", "--data"]).arg(file.join("below")).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("cannot create the data folder"), "{said}");
    let secret = placet(&[
        "workspace",
        "create",
        "--name",
        "x",
        "--database-url",
        "postgresql://u:secret@127.0.0.1:1/x",
    ])
    .output()
    .unwrap();
    assert_eq!(secret.status.code(), Some(1));
    assert!(!String::from_utf8(secret.stderr).unwrap().contains("secret"));
}

#[test]
fn wrong_usage_is_exit_code_two_with_an_explanation() {
    for arguments in [
        &["nonsense"][..],
        &[],
        &["key", "create", "--workspace", "x", "--kind", "public"],
        &["key", "create", "--workspace", "1", "--kind", "secret"],
    ] {
        let output = placet(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty());
    }
    assert_eq!(
        placet(&["--version"]).output().unwrap().stdout,
        format!("placet {}\n", env!("CARGO_PKG_VERSION")).into_bytes()
    );
}

#[test]
fn the_data_folder_is_closed_to_other_accounts() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new/data");
    drop(store::open(&store::Address::Folder(data.clone()), [1; 16]).unwrap());
    assert_eq!(std::fs::metadata(data).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn probes_are_answered_while_the_server_runs() {
    on_both(|database| {
        let server = Server::start(database);
        for (target, body) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
            let answer = server.request("GET", target).send();
            assert_eq!((answer.status, answer.body.as_str()), (200, body));
        }
    });
}

#[test]
fn the_committed_page_about_options_is_the_one_that_the_program_gives() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    let output = placet(&["configuration"]).output().unwrap();
    let committed = std::fs::read_to_string(file).expect("there is a docs/configuration.md");
    assert!(
        committed == String::from_utf8(output.stdout).unwrap(),
        "docs/configuration.md is stale: run `cargo xtask docs`"
    );
}

#[test]
fn a_client_that_never_sends_the_rest_of_its_request_does_not_keep_the_process() {
    let database = Database::sqlite();
    let server = Server::start(&database);
    let mut stream = std::net::TcpStream::connect(server.address).unwrap();
    std::io::Write::write_all(&mut stream, b"POST /consent HTTP/1.1\r\nHost: x\r\nContent-Le").unwrap();
    server.stop();
}
