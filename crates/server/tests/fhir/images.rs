//! A selection of images (DICOM KOS): taken as it is, and a page says which studies it points at and opens them in the
//! viewer that was chosen, never at an address of its own.

use crate::common::Demo;
use crate::common::bundle::{Document, Person};
use crate::common::pages::{Browser, says, whole};
use crate::common::scene::Scene;

const SELECTION: &[u8] = include_bytes!("../../../clinical/tests/fixtures/selection.dcm");
const VIEWER: &str = "https://viewer.example.org/open?study={study}";
const OPENED: &str = "https://viewer.example.org/open?study=1.2.250.1.999.5.1";

fn selection() -> Document {
    Document {
        kind: ("urn:oid:1.2.250.1.213.1.1.4.12".into(), "IMG-KOS".into()),
        class: "31".into(),
        title: "Images fictives du genou".into(),
        format: ("urn:oid:1.2.840.10008.2.6.1".into(), "1.2.840.10008.5.1.4.1.1.88.59".into()),
        ..Document::file("application/dicom", SELECTION)
    }
}

/// The page of the document, as its holder sees it.
fn page(demo: &Demo, number: u32) -> String {
    let scene = Scene::new(demo);
    let person = Person::invented(number);
    let browser = Browser::of_new(&scene, &person);
    let fed = scene.fed(&person, &[selection()]);
    scene.authorise(&person);
    // over FHIR as it is
    let bytes = scene.care.get_as(&format!("/fhir/{}", fed[2]), "*/*").must(200);
    assert!(bytes.body == SELECTION);
    assert_eq!(bytes.header("content-type"), Some("application/dicom"));
    let id = fed[1].rsplit('-').next().unwrap();
    let page = browser.get(&format!("/documents/{id}")).must(200);
    says(&page, "Ce document désigne des images");
    says(&page, "1 série, 2 images");
    let html = whole(&page);
    // where its author says they are: nobody is sent there
    assert!(!html.contains("pacs.example.org"), "{html}");
    html
}

#[test]
fn images_open_in_the_viewer_that_was_chosen_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start_told(&folder.path().join("data"), &["--viewer", VIEWER]);
    let html = page(&demo, 321);
    assert!(html.contains(&format!("href=\"{OPENED}\"")), "{html}");
    drop(demo);
    // without a viewer the study is named, and opens nowhere
    let demo = Demo::start();
    let html = page(&demo, 322);
    assert!(html.contains("1.2.250.1.999.5.1") && !html.contains("Ouvrir dans la visionneuse"), "{html}");
}
