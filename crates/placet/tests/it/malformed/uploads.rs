//! Uploads that are not one whole file.

use super::{A_FILE, MULTIPART, nothing_is_stored_of};

#[test]
fn uploads_that_are_not_one_whole_file_are_refused() {
    let part = |head: &str, content: &str| format!("--B\r\n{head}\r\n\r\n{content}\r\n");
    let file = part(A_FILE, "x");
    let named = |name: &str| part(&format!("Content-Disposition: form-data; {name}"), "x");
    let bodies = [
        ("nothing", String::new()),
        ("no boundary", "x".into()),
        ("JSON", "{}".into()),
        ("only the end", "--B--\r\n".into()),
        ("another boundary", file.replace("--B", "--C") + "--C--\r\n"),
        ("a cut end", file.clone()),
        ("a cut head", "--B\r\nContent-Disp".into()),
        ("half a file", file[..file.len() - 3].into()),
        ("an empty file", part(A_FILE, "") + "--B--\r\n"),
        ("two files", format!("{file}{file}--B--\r\n")),
        ("a part without a name", part("Content-Type: text/plain", "x") + "--B--\r\n"),
        ("a part of another name", named("name=\"document\"") + "--B--\r\n"),
        ("a name twice", named("name=\"a\"; name=\"b\"") + "--B--\r\n"),
        ("a long head", part(&format!("X: {}", "a".repeat(100_000)), "x") + "--B--\r\n"),
        ("many parts", named("name=\"a\"").repeat(10_000) + "--B--\r\n"),
    ];
    let kinds = [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=C",
        "multipart/mixed; boundary=B",
        "application/octet-stream",
        "application/pdf",
        "application/json",
    ];
    nothing_is_stored_of(2 * (bodies.len() + kinds.len() + 2), |target| {
        for path in ["/documents", "/beta/documents"] {
            let post = |kind: &str| target.request("POST", path).header("Content-Type", kind);
            for (what, body) in &bodies {
                let request = post(MULTIPART).body(body.as_str());
                target.is_refused(request, &[400], &format!("{what} to {path}"));
            }
            for kind in kinds {
                let request = post(kind).body(format!("{file}--B--\r\n"));
                target.is_refused(request, &[400], &format!("a file as {kind} to {path}"));
            }
            for key in ["wrong", &target.site.own.public] {
                let whole = target.site.request("POST", path).header("Content-Type", MULTIPART).key(key);
                target.is_refused(whole.body(format!("{file}--B--\r\n")), &[403], &format!("the key {key}"));
            }
        }
    });
}
