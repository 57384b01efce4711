//! The letter with the secrets, as a PDF that others read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::process::Command;

use clinical::{Kind, check};
use paper::secrets::{CodeBy, SecretsLetter};

const PASSWORD: &str = "k7mw4qzr9xth";

fn letter() -> SecretsLetter<'static> {
    SecretsLetter {
        name: "Odile KERLÉVEN",
        login: "qw7xk2mn",
        password: PASSWORD,
        portal: "https://carnet.example.org",
        printed: "samedi 21 novembre 2026 à 14 h 05",
        place: "Point d’accueil de Port-Fictif",
        telephone: Some("01 99 00 10 20"),
        code_by: CodeBy::Email,
        demo: false,
    }
}

fn find(bytes: &[u8], what: &str) -> bool {
    bytes.windows(what.len()).any(|it| it == what.as_bytes())
}

/// The bytes of the first stream that holds text operators: the page; and the file without it.
fn page_and_rest(pdf: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let at = |from: usize, what: &str| {
        from + pdf[from..].windows(what.len()).position(|it| it == what.as_bytes()).unwrap()
    };
    let mut from = 0;
    loop {
        let start = at(from, "\nstream\n") + 8;
        let end = at(start, "\nendstream");
        if find(&pdf[start..end], "BDC") {
            let rest = [&pdf[..start], &pdf[end..]].concat();
            return (pdf[start..end].to_vec(), rest);
        }
        from = end;
    }
}

#[test]
fn it_is_one_page_that_opens_and_acts_on_nothing() {
    for demo in [false, true] {
        for code_by in [CodeBy::Email, CodeBy::Sms, CodeBy::Nothing] {
            let pdf = SecretsLetter { demo, code_by, ..letter() }.pdf().unwrap();
            let checked = check("application/pdf", &pdf).unwrap();
            assert_eq!(checked.kind, Kind::Pdf);
            let facts = checked.pdf.unwrap();
            assert_eq!((facts.pages, facts.script, facts.launch, facts.embedded), (1, false, false, false));
            assert!(pdf.len() < 100_000, "{} bytes", pdf.len());
        }
    }
}

#[test]
fn it_says_its_title_its_language_and_its_structure() {
    let pdf = letter().pdf().unwrap();
    for what in ["/Lang(fr-FR)", "/Marked true", "/StructTreeRoot", "/DisplayDocTitle true", "/S/H1", "/S/H2"]
    {
        let spaced = what.replace("/Lang(", "/Lang (").replace("/S/", "/S /");
        assert!(find(&pdf, what) || find(&pdf, &spaced), "{what}");
    }
}

#[test]
fn the_secrets_are_in_the_page_alone() {
    let (page, rest) = page_and_rest(&letter().pdf().unwrap());
    assert!(find(&page, PASSWORD), "what is copied from the page is the password");
    for secret in [PASSWORD, "qw7xk2mn", "Odile"] {
        let wide: String = secret.encode_utf16().map(|it| format!("{it:04X}")).collect();
        assert!(!find(&rest, secret) && !find(&rest, &wide), "{secret} outside the page");
    }
}

#[test]
fn two_letters_of_one_person_differ_where_the_secrets_do() {
    let one = letter().pdf().unwrap();
    assert_eq!(one, letter().pdf().unwrap(), "the same words give the same sheet");
    assert_ne!(one, SecretsLetter { password: "k7mw4qzr9xtj", ..letter() }.pdf().unwrap());
}

/// As anybody's reader takes the words from it.
#[test]
fn its_words_can_be_copied() {
    if Command::new("pdftotext").arg("-v").output().is_err() {
        eprintln!("SKIPPED: pdftotext (poppler-utils) is not installed");
        return;
    }
    let words = |letter: &SecretsLetter<'_>, name: &str| {
        let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&file, letter.pdf().unwrap()).unwrap();
        let out = Command::new("pdftotext").args(["-layout"]).arg(&file).arg("-").output().unwrap();
        assert!(out.status.success() && out.stderr.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
        fs::remove_file(&file).unwrap();
        String::from_utf8(out.stdout).unwrap()
    };
    let said = words(&letter(), "letter.pdf");
    for what in [
        "Odile KERLÉVEN",
        "qw7xk2mn",
        PASSWORD,
        "https://carnet.example.org",
        "01 99 00 10 20",
        "Kléber",
        "par courriel",
    ] {
        assert!(said.contains(what), "{what} in {said}");
    }
    assert!(!said.contains("fictive"));
    let demo = SecretsLetter { demo: true, code_by: CodeBy::Nothing, ..letter() };
    let said = words(&demo, "demo.pdf");
    assert!(said.contains("personne fictive") && said.contains("ni courriel ni téléphone"), "{said}");
}

/// Names of every script are somebody's: the letter is printed all the same.
#[test]
fn letters_the_font_has_not_and_long_names_keep_the_page() {
    let name = "Łucja-Đorđe ΑΘΗΝΑ 山田 ".repeat(6);
    let odd = SecretsLetter { name: &name, login: "", password: "", ..letter() };
    let pdf = odd.pdf().unwrap();
    assert_eq!(check("application/pdf", &pdf).unwrap().pdf.unwrap().pages, 1);
}
