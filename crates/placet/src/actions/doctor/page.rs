//! Why the widget does not appear on a page: the page is fetched as a visitor's browser would, and compared with what
//! this installation knows.

use url::Url;

use super::certificate;
use crate::actions::{key, widget};
use crate::app::{App, Fetcher};
use crate::domain::error::Result;
use crate::domain::finding::{Finding, fine, wrong};
use crate::domain::id::WidgetId;
use crate::domain::key::KeyKind;
use crate::domain::web_address::Reach;
use crate::domain::web_page::{Loader, Snippet, obstacles};

/// Looks at a page. Pages on this machine are looked at too.
///
/// # Errors
/// Only those of the store: whatever is wrong with the page is a finding.
pub async fn look_at(app: &App, address: &str) -> Result<Vec<Finding>> {
    let page = match Fetcher::new(Reach { loopback: true, anywhere: true }).get(address).await {
        Ok(page) => page,
        Err(why) => return Ok(vec![wrong(format!("The page cannot be read: {why}"))]),
    };
    let mut findings = certificate::shown(address, app.clock.now()).await;
    findings.extend(about_the_snippet(app, &page.snippet(), address).await?);
    Ok(findings)
}

async fn about_the_snippet(app: &App, snippet: &Snippet, address: &str) -> Result<Vec<Finding>> {
    let Some(loader) = snippet.loaders.first() else {
        return Ok(vec![wrong(
            "The page has no script of the widget. Put it before </body>: <script async src=\"https://YOUR-PLACET/sdk/placet.js?key=PUBLIC_KEY\"></script>. If a tag manager puts it there, this command cannot see it",
        )]);
    };
    let Ok((base, script)) = addresses(address, &loader.src) else {
        return Ok(vec![wrong(format!("The address of the script, {}, is not an address", loader.src))]);
    };
    let mut findings = vec![fine(format!("The script is {}", without_query(&script)))];
    if origin(&script) != origin(&base) {
        findings.extend(certificate::shown(&origin(&script), app.clock.now()).await);
    }
    findings.extend(about_the_page(snippet, loader, (&base, &script)));
    findings.extend(about_the_widget(app, snippet, (&base, &script)).await?);
    Ok(findings)
}

fn addresses(page: &str, src: &str) -> Result<(Url, Url), url::ParseError> {
    let page = Url::parse(page.trim())?;
    let script = page.join(src)?;
    Ok((page, script))
}

fn without_query(address: &Url) -> String {
    address.as_str().split(['?', '#']).next().unwrap_or_default().to_owned()
}

fn origin(address: &Url) -> String {
    address.origin().ascii_serialization()
}

fn about_the_page(snippet: &Snippet, loader: &Loader, (page, script): (&Url, &Url)) -> Vec<Finding> {
    let mut findings = Vec::new();
    if snippet.loaders.len() > 1 {
        findings.push(wrong(format!(
            "The page has the script {} times: only the first counts",
            snippet.loaders.len()
        )));
    }
    if !loader.is_async {
        findings.push(wrong("The script has no async: the page waits for it"));
    }
    if script.scheme() != "https" && page.scheme() == "https" {
        findings.push(wrong("The script is loaded without https on a page with https: browsers refuse it"));
    }
    let obstacles: Vec<String> = snippet
        .policies
        .iter()
        .flat_map(|policy| obstacles(policy, &origin(page), &origin(script), loader.has_nonce))
        .collect();
    if obstacles.is_empty() {
        findings.push(fine("No content security policy is in the way"));
    }
    findings.extend(obstacles.into_iter().map(|why| wrong(format!("The content security policy: {why}"))));
    findings
}

async fn about_the_widget(
    app: &App,
    snippet: &Snippet,
    (page, script): (&Url, &Url),
) -> Result<Vec<Finding>> {
    let Some((_, public)) = script.query_pairs().find(|(name, value)| name == "key" && !value.is_empty())
    else {
        return Ok(vec![wrong("The script's address has no key: add ?key=PUBLIC_KEY")]);
    };
    let Some(key) = key::recognise(app, &public).await? else {
        return Ok(vec![wrong(
            "The key is not known to this installation: it is another one's, or was revoked",
        )]);
    };
    if key.identity.kind == KeyKind::Private {
        return Ok(vec![wrong(
            "The key is a private one. Anybody can read it on the page: revoke it at once, and use a public key",
        )]);
    }
    let Some(named) = snippet.widget() else {
        return Ok(vec![
            fine("The key is known"),
            wrong("The page names no widget: add <div id=\"placet-widget\" data-widgetid=\"1\"></div>"),
        ]);
    };
    let found = match named.parse().map(WidgetId) {
        Ok(id) => widget::find(app, key.identity.workspace, id).await?,
        Err(_) => None,
    };
    let Some(widget) = found else {
        return Ok(vec![
            fine("The key is known"),
            wrong(format!("There is no published widget {named} in the workspace of the key")),
        ]);
    };
    let mut findings = vec![fine("The key is known"), fine(format!("Widget {named} is published"))];
    if !widget.is_on("enabled") {
        findings.push(wrong("The widget is switched off: set enabled to true and publish"));
    }
    if widget.is_on("developerMode") {
        findings.push(wrong(
            "The widget is in preview mode: nothing is recorded. Set developerMode to false and publish",
        ));
    }
    let from = origin(page);
    findings.push(if widget.allows(&from) {
        fine(format!("{from} may use it"))
    } else {
        wrong(format!("{from} is not on the widget's list: add it to allowedOrigins"))
    });
    Ok(findings)
}
