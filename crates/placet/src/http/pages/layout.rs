//! The frame of the pages.

use maud::{DOCTYPE, Markup, html};

/// A page with a form on one side and the tree on the other.
pub(super) fn split(title: &str, main: &Markup) -> Markup {
    document(
        title,
        "split",
        &html! {
            main.split-main {
                div.brand { (mark()) "Placet" }
                (main)
            }
            aside.split-side aria-label="About Placet" {
                (tree())
                p {
                    "Consent you can prove."
                    small { "Every choice is a leaf of one tree. Change a leaf, and its way to the root no longer adds up." }
                }
            }
        },
    )
}

/// A page with one message.
pub(super) fn single(title: &str, main: &Markup) -> Markup {
    document(
        title,
        "single",
        &html! {
            header { a.brand href="/" { (mark()) "Placet" } }
            main.notice { (main) }
        },
    )
}

/// A long page with its contents beside it, or above it where there is little room.
pub(super) fn reference(title: &str, contents: &Markup, main: &Markup) -> Markup {
    document(
        title,
        "reference",
        &html! {
            a.skip href="#main" { "Skip to the text" }
            header.reference-head { a.brand href="/" { (mark()) "Placet" } }
            nav.contents aria-label="Contents" {
                details.contents-fold { summary { "Contents" } (contents) }
                div.contents-open { (contents) }
            }
            main.reference-main id="main" { (main) }
        },
    )
}

fn document(title: &str, class: &str, main: &Markup) -> Markup {
    bare(
        title,
        &html! {
            link rel="icon" type="image/svg+xml" href="/assets/pages/favicon.svg";
            link rel="preload" as="font" type="font/woff2" href="/assets/pages/inter-latin.woff2" crossorigin;
            link rel="stylesheet" href="/assets/pages/pages.css";
        },
        &html! { body class=(class) { (main) } },
    )
}

/// A page with nothing of ours but its title.
pub(super) fn bare(title: &str, links: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Placet" }
                (links)
            }
            (body)
        }
    }
}

fn mark() -> Markup {
    html! {
        svg.brand-mark viewBox="0 0 28 28" aria-hidden="true" focusable="false" {
            rect width="28" height="28" rx="8" fill="currentColor" {}
            path.brand-stroke d="M7.6 14.2l4.4 4.6 6.2-7" {}
            circle.brand-leaf cx="20.3" cy="9.2" r="2.2" {}
        }
    }
}

const THREADS: &str = "M240 40C240 80 130 70 130 110M240 40c0 40 110 30 110 70M130 110c0 40-55 30-55 70M130 110c0 40 55 30 55 70M350 110c0 40-55 30-55 70M350 110c0 40 55 30 55 70M75 180c0 40-28 30-28 70M75 180c0 40 28 30 28 70M185 180c0 40-28 30-28 70M185 180c0 40 28 30 28 70M295 180c0 40-28 30-28 70M295 180c0 40 28 30 28 70M405 180c0 40-28 30-28 70M405 180c0 40 28 30 28 70";
const PATH: &str = "M240 40c0 40 110 30 110 70s-55 30-55 70 28 30 28 70";
const NODES: [(u16, u16, u8); 13] = [
    (130, 110, 6),
    (350, 110, 6),
    (75, 180, 5),
    (185, 180, 5),
    (295, 180, 5),
    (405, 180, 5),
    (47, 250, 4),
    (103, 250, 4),
    (157, 250, 4),
    (213, 250, 4),
    (267, 250, 4),
    (377, 250, 4),
    (433, 250, 4),
];

/// A Merkle tree, and the way of one leaf to the root.
fn tree() -> Markup {
    html! {
        svg.tree viewBox="0 0 480 300" aria-hidden="true" focusable="false" {
            path.tree-threads d=(THREADS) {}
            path.tree-path d=(PATH) {}
            g.tree-nodes {
                @for (x, y, radius) in NODES { circle cx=(x) cy=(y) r=(radius) {} }
            }
            circle.tree-leaf cx="240" cy="40" r="7" {}
            circle.tree-leaf cx="323" cy="250" r="6" {}
        }
    }
}
