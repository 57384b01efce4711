//! A notice on paper, as a PDF that others read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use clinical::{Kind, check};
use paper::letter::Letter;

#[test]
fn it_is_one_page_that_opens_and_acts_on_nothing() {
    let to = ["Zélie LACOMBE-TEST".to_owned(), "1 rue Fictive".into(), "63000 CLERMONT-FICTIF".into()];
    let words = paper::notices::documents(3);
    let from = ["carnet".to_owned()];
    let (subject, text) = (words.subject.as_str(), words.text.as_str());
    let letter = Letter { from: &from, to: &to, day: "23 novembre 2026", subject, text, reference: "abc" };
    let pdf = letter.pdf().unwrap();
    let checked = check("application/pdf", &pdf).unwrap();
    assert_eq!(checked.kind, Kind::Pdf);
    let facts = checked.pdf.unwrap();
    assert_eq!((facts.pages, facts.script, facts.launch, facts.embedded), (1, false, false, false));
    // nothing of whom it is for stands in the clear beside the page: neither title nor metadata
    for hidden in ["LACOMBE", "Fictive"] {
        assert!(!pdf.windows(hidden.len()).any(|it| it == hidden.as_bytes()), "{hidden}");
    }
}
