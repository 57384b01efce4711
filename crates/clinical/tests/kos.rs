//! Key object selections: written here in each way that is read, one published, and many that are spoilt.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use clinical::{KosError, read_kos};

const SELECTION: &str = "1.2.840.10008.5.1.4.1.1.88.59";
const EXPLICIT: &str = "1.2.840.10008.1.2.1";
const IMPLICIT: &str = "1.2.840.10008.1.2";
const STUDY: &str = "1.2.250.1.999.5.1";
const SERIES: &str = "1.2.250.1.999.5.1.7";
const URL: &str = "https://pacs.example.org/wado/1.2.250.1.999.5.1";

/// How a file is written.
#[derive(Clone, Copy)]
struct Way {
    explicit: bool,
    /// Sequences and items end by a delimiter, not by a length.
    delimited: bool,
}

fn tag(group: u16, element: u16) -> Vec<u8> {
    [group.to_le_bytes(), element.to_le_bytes()].concat()
}

fn long(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap().to_le_bytes()
}

impl Way {
    fn text(self, at: (u16, u16), sort: &[u8; 2], value: &str) -> Vec<u8> {
        let mut value = value.as_bytes().to_vec();
        if value.len() % 2 == 1 {
            value.push(if sort == b"UI" { 0 } else { b' ' });
        }
        let mut out = tag(at.0, at.1);
        match self.explicit {
            false => out.extend(long(value.len())),
            true if sort == b"UR" => {
                out.extend([b'U', b'R', 0, 0]);
                out.extend(long(value.len()));
            }
            true => {
                out.extend(sort);
                out.extend(u16::try_from(value.len()).unwrap().to_le_bytes());
            }
        }
        out.extend(value);
        out
    }

    fn sequence(self, at: (u16, u16), items: &[Vec<u8>]) -> Vec<u8> {
        let mut inside = Vec::new();
        for item in items {
            inside.extend(tag(0xFFFE, 0xE000));
            inside.extend(if self.delimited { u32::MAX.to_le_bytes() } else { long(item.len()) });
            inside.extend(item);
            if self.delimited {
                inside.extend(tag(0xFFFE, 0xE00D));
                inside.extend([0; 4]);
            }
        }
        let mut out = tag(at.0, at.1);
        if self.explicit {
            out.extend(b"SQ\0\0");
        }
        out.extend(if self.delimited { u32::MAX.to_le_bytes() } else { long(inside.len()) });
        out.extend(inside);
        if self.delimited {
            out.extend(tag(0xFFFE, 0xE0DD));
            out.extend([0; 4]);
        }
        out
    }

    fn file(self, class: &str, study: &str) -> Vec<u8> {
        let object = [
            self.text((0x0008, 0x1150), b"UI", "1.2.840.10008.5.1.4.1.1.2"),
            self.text((0x0008, 0x1155), b"UI", "1.2.250.1.999.5.1.7.1"),
        ]
        .concat();
        let series = [
            self.text((0x0008, 0x1190), b"UR", URL),
            self.sequence((0x0008, 0x1199), &[object.clone(), object]),
            self.text((0x0020, 0x000E), b"UI", SERIES),
            self.text((0x0040, 0xE011), b"UI", "1.2.250.1.999.6"),
        ]
        .concat();
        let study =
            [self.sequence((0x0008, 0x1115), &[series]), self.text((0x0020, 0x000D), b"UI", study)].concat();
        let mut out = vec![0; 128];
        out.extend(b"DICM");
        let meta = Way { explicit: true, delimited: false };
        out.extend(meta.text((0x0002, 0x0010), b"UI", if self.explicit { EXPLICIT } else { IMPLICIT }));
        out.extend(self.text((0x0008, 0x0016), b"UI", class));
        // nothing of whom it is about is looked at
        out.extend(self.text((0x0010, 0x0010), b"PN", "FICTIF^CAMILLE"));
        out.extend(self.sequence((0x0040, 0xA375), &[study]));
        out
    }
}

const WAYS: [Way; 4] = [
    Way { explicit: true, delimited: false },
    Way { explicit: true, delimited: true },
    Way { explicit: false, delimited: false },
    Way { explicit: false, delimited: true },
];

#[test]
fn a_selection_says_where_images_are() {
    for way in WAYS {
        let found = read_kos(&way.file(SELECTION, STUDY)).unwrap();
        assert_eq!(found.studies.len(), 1);
        let study = &found.studies[0];
        assert_eq!((study.uid.as_str(), study.series.len()), (STUDY, 1));
        let series = &study.series[0];
        assert_eq!((series.uid.as_str(), series.instances), (SERIES, 2));
        assert_eq!(series.retrieve_url.as_deref(), Some(URL));
        assert_eq!(series.location.as_deref(), Some("1.2.250.1.999.6"));
    }
}

#[test]
fn what_is_none_is_said_to_be_none() {
    for way in WAYS {
        assert_eq!(read_kos(&way.file("1.2.840.10008.5.1.4.1.1.2", STUDY)), Err(KosError::NotASelection));
        for wrong in ["1.2.3<script>", "", "../../etc", &"1".repeat(66)] {
            assert_eq!(read_kos(&way.file(SELECTION, wrong)), Err(KosError::Uid), "{wrong}");
        }
    }
    assert_eq!(read_kos(b"%PDF-1.7"), Err(KosError::NotDicom));
    let big_endian = String::from_utf8_lossy(&WAYS[0].file(SELECTION, STUDY))
        .replace("1.2.840.10008.1.2.1\0", "1.2.840.10008.1.2.2\0");
    assert_eq!(read_kos(big_endian.as_bytes()), Err(KosError::TransferSyntax));
}

#[test]
fn cut_anywhere_or_nested_it_is_refused_and_never_worse() {
    for way in WAYS {
        let whole = way.file(SELECTION, STUDY);
        for end in 0..whole.len() {
            // cut between two elements it may read as a file that says less
            if let Ok(found) = read_kos(&whole[..end]) {
                assert!(found.studies.is_empty(), "cut at {end}");
            }
        }
        for at in 132..whole.len() {
            for byte in [0, 0xFF, whole[at] ^ 0x80] {
                let mut spoilt = whole.clone();
                spoilt[at] = byte;
                let _ = read_kos(&spoilt);
            }
        }
        let mut deep = way.text((0x0008, 0x0018), b"UI", "1.2");
        for _ in 0..40 {
            deep = way.sequence((0x0040, 0xA375), &[deep]);
        }
        let mut file = way.file(SELECTION, STUDY);
        file.extend(deep);
        assert_eq!(read_kos(&file), Err(KosError::TooMuch));
    }
}

#[test]
fn a_published_selection_is_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/imaging/kos.dcm");
    let Ok(bytes) = std::fs::read(path) else {
        eprintln!("SKIPPED: ../shared is absent");
        return;
    };
    let found = read_kos(&bytes).unwrap();
    assert!(!found.studies.is_empty());
    assert!(found.studies.iter().all(|it| !it.series.is_empty()));
}

/// The file that other tests start from is the one written here.
#[test]
fn the_kept_selection_is_this_one() {
    let kept =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/selection.dcm")).unwrap();
    assert!(kept == WAYS[0].file(SELECTION, STUDY));
}
