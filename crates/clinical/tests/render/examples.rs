//! The French agency's published documents and our own: every word of theirs, and nothing else.

use std::path::{Path, PathBuf};

use clinical::render::{self, Body, Limits, MediaKind, View};
use xml::Document;

use crate::{html, narrative, safe};

const HL7: &str = "urn:hl7-org:v3";

fn published() -> Option<Vec<PathBuf>> {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    let Ok(folder) = std::fs::read_dir(reference.join("cda-examples")) else {
        eprintln!("skipped: the reference examples are not here");
        return None;
    };
    let mut files: Vec<_> = folder.map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(files.len(), 54);
    files.push(reference.join("imaging/DOC00002.xml"));
    files.sort();
    Some(files)
}

/// Titles and texts of every section, white space apart, read without the renderer.
fn said(bytes: &[u8]) -> String {
    let document = Document::parse(bytes, &xml::Limits::default()).expect("readable");
    let mut out = String::new();
    for node in document.root().descendants() {
        let of_section = node.parent().is_some_and(|parent| parent.is(HL7, "section"));
        if of_section && (node.is(HL7, "title") || node.is(HL7, "text")) {
            out.extend(node.text().chars().filter(|character| !character.is_whitespace()));
        }
    }
    out
}

fn assert_whole(name: &str, bytes: &[u8]) -> View {
    let view = render::cda(bytes, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    if let Body::Narrative(narrative) = &view.body {
        let html = html(&view);
        safe::check(&html);
        let (said, shown) = (said(bytes), safe::words(&html));
        assert!(!narrative.cut);
        assert!(!said.is_empty(), "{name}");
        let at = said.chars().zip(shown.chars()).take_while(|(one, other)| one == other).count();
        // Each enclosed file, where the text says or at the end of its section.
        for index in 0..view.media.len() {
            assert!(html.contains(&format!("\"/media/{index}\"")), "{name}: file {index}");
        }
        assert!(said == shown, "{name}: differs after {at} of {} characters", said.chars().count());
        // And in the text to search in, where the labels of codes are titles too.
        let searched = render::plain_text(bytes).expect("a text");
        let mut searched = searched.chars().filter(|character| !character.is_whitespace());
        assert!(said.chars().all(|one| searched.any(|other| one == other)), "{name}: not all is searched");
    }
    view
}

#[test]
fn every_word_of_the_published_documents_is_shown() {
    let Some(files) = published() else { return };
    let (mut narratives, mut level_1, mut images, mut pdfs) = (0, 0, 0, 0);
    for file in &files {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let bytes = std::fs::read(file).expect("readable");
        let view = assert_whole(&name, &bytes);
        match &view.body {
            Body::Narrative(_) => narratives += 1,
            Body::Enclosed(media) => {
                assert_eq!(media.kind, MediaKind::Pdf, "{name}");
                level_1 += 1;
            }
        }
        for media in &view.media {
            match media.kind {
                MediaKind::Jpeg { .. } | MediaKind::Png { .. } => images += 1,
                MediaKind::Pdf => pdfs += 1,
                MediaKind::Other => panic!("{name}: a file that is not shown"),
            }
        }
        assert!(!view.header.title.is_empty() && !view.header.authors.is_empty(), "{name}");
        assert!(view.header.written.date.is_some() && view.header.patient.name.is_some(), "{name}");
    }
    assert_eq!((narratives, level_1, images, pdfs), (51, 4, 11, 23));
}

#[test]
fn our_own_documents_are_shown_whole_in_either_form() {
    let plain = assert_whole("level 3", include_bytes!("../fixtures/level-3.xml"));
    let presented = assert_whole("self-presenting", include_bytes!("../fixtures/self-presenting.xml"));
    // The stylesheet around it changes nothing, and is not run.
    assert_eq!(html(&plain), html(&presented));
    assert!(narrative(&plain).plain_text().contains("Jour Température\n1 38,2 °C < 39\n"));

    let header = plain.header;
    assert_eq!(header.title, "Lettre de liaison à la sortie");
    assert_eq!(header.written.date, Some(jiff::civil::date(2026, 9, 14)));
    assert_eq!(header.written.time, Some((10, 15)));
    assert_eq!(header.act_start.and_then(|moment| moment.time), Some((8, 30)));
    assert_eq!(header.authors[0].name.as_deref(), Some("Alix FICTIF"));
    assert_eq!(header.authors[0].organisation.as_deref(), Some("Hôpital d'essai"));
    assert_eq!(header.responsible.and_then(|person| person.name).as_deref(), Some("Alix FICTIF"));
    assert_eq!(header.custodian.as_deref(), Some("Hôpital d'essai"));
    assert_eq!(header.patient.name.as_deref(), Some("D'EXEMPLE"));
    assert_eq!(header.patient.birth_name.as_deref(), Some("ESSAI-LUMIÈRE"));
    assert_eq!(header.patient.given.as_deref(), Some("CAMILLE"));
    assert_eq!(header.replaces.expect("replaces").root, "1.2.250.1.999.7.2026.1.1");
    assert_eq!(presented.header.replaces, None);

    let file = assert_whole("level 1", include_bytes!("../fixtures/level-1-pdf.xml"));
    let Body::Enclosed(media) = file.body else { panic!("a file") };
    assert_eq!(media.kind.media_type(), Some("application/pdf"));
    assert!(media.bytes.starts_with(b"%PDF-"));
}
