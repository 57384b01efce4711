//! Documents made to break the reader: whatever the bytes, an answer and no panic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use clinical::{check, read_cda};
use proptest::prelude::*;

const SEEDS: [(&str, &[u8]); 5] = [
    ("text/xml", include_bytes!("fixtures/level-3.xml")),
    ("text/xml", include_bytes!("fixtures/level-1-pdf.xml")),
    ("application/xslt+xml", include_bytes!("fixtures/self-presenting.xml")),
    ("image/jpeg", include_bytes!("fixtures/square.jpg")),
    ("image/jpeg", include_bytes!("fixtures/progressive.jpg")),
];

/// A change to some bytes: overwrite, cut, repeat, insert.
#[derive(Debug, Clone)]
enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
}

fn change() -> impl Strategy<Value = Change> {
    let insert = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..8),
        prop::sample::select(vec![
            "<",
            "/>",
            "<!--",
            "]]>",
            "&",
            "\"",
            "<component/>",
            "<c:ClinicalDocument/>",
            " value=\"\"",
            " root=''",
            "<<",
            ">>",
            "[",
            "stream\n",
            "endobj",
            "9 0 obj",
            "9 0 R",
            "/Kids",
            "/Type /ObjStm",
            "(",
            "trailer",
            "99999999999",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop_oneof![
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (any::<prop::sample::Index>(), 1..40_usize).prop_map(|(at, length)| Change::Cut(at, length)),
        (any::<prop::sample::Index>(), 1..200_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        (any::<prop::sample::Index>(), insert).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match change {
        Change::Set(at, byte) => bytes[at.index(length)] = *byte,
        Change::Cut(at, cut) => {
            let start = at.index(length);
            bytes.drain(start..(start + cut).min(length));
        }
        Change::Repeat(at, repeated) => {
            let start = at.index(length);
            let piece = bytes[start..(start + repeated).min(length)].to_vec();
            bytes.splice(start..start, piece);
        }
        Change::Insert(at, inserted) => {
            let start = at.index(length);
            bytes.splice(start..start, inserted.iter().copied());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn changed_documents_get_an_answer(seed in 0..SEEDS.len(), changes in prop::collection::vec(change(), 1..6)) {
        let (media_type, seed) = SEEDS[seed];
        let mut bytes = seed.to_vec();
        changes.iter().for_each(|change| apply(&mut bytes, change));
        let told = match check(media_type, &bytes) {
            Ok(checked) => format!("{checked:?}"),
            Err(refusal) => format!("{refusal} {refusal:?}"),
        };
        // Whatever happened, nobody is named.
        prop_assert!(!told.contains("LUMI") && !told.contains("284057127014558"), "{}", told);
        if let Err(error) = read_cda(&bytes) {
            prop_assert!(!error.to_string().contains("CAMILLE"));
        }
    }

    #[test]
    fn changed_pdfs_get_an_answer(changes in prop::collection::vec(change(), 1..8)) {
        let seed = clinical::cda::attachments(SEEDS[1].1).expect("the fixture").remove(0).bytes;
        let mut bytes = seed;
        changes.iter().for_each(|change| apply(&mut bytes, change));
        let _ = check("application/pdf", &bytes);
    }

    #[test]
    fn any_bytes_get_an_answer(
        media_type in prop::sample::select(vec!["application/pdf", "image/jpeg", "text/plain", "text/xml", "application/dicom", "x/y"]),
        head in prop::sample::select(vec![&b""[..], b"%PDF-1.7\n1 0 obj ", b"\xFF\xD8\xFF", b"<a>", b"\xFF\xFE"]),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let _ = check(media_type, &[head, &bytes].concat());
        let _ = check(media_type, &[head, &bytes, b"%%EOF"].concat());
        let _ = read_cda(&bytes);
    }
}
