//! The French agency's published CDA documents must all be readable, fast and whole.

#![allow(clippy::expect_used, clippy::panic)]

use std::path::Path;

use xml::{Document, Limits};

#[test]
fn every_published_cda_example_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/cda-examples");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: the reference examples are not here");
        return;
    };
    let mut count = 0;
    for entry in entries {
        let path = entry.expect("listed").path();
        let bytes = std::fs::read(&path).expect("readable");
        let document = match Document::parse(&bytes, &Limits::default()) {
            Ok(document) => document,
            Err(error) => panic!("{}: {error}", path.display()),
        };
        let root = document.root();
        let elements = root.descendants().count() + 1;
        let tags = document.source().matches("</").count() + document.source().matches("/>").count();
        // Comments and texts may hold what looks like tags; never fewer tags than elements.
        assert!(elements > 100 && elements <= tags, "{}: {elements} elements, {tags} tags", path.display());
        assert!(document.names_stylesheet(), "{}", path.display());
        count += 1;
    }
    assert!(count >= 54, "only {count} examples");
}
