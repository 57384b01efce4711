//! Where images open: in the viewer that whoever runs the service has chosen, by an address of theirs in which the
//! study is put. An address that stands in a document is followed by nobody.

use clinical::KeyObjects;

/// A template of theirs: `https://viewer.example.org/open?study={study}`.
#[derive(Clone, Debug)]
pub struct Viewer(String);

const STUDY: &str = "{study}";

impl std::str::FromStr for Viewer {
    type Err = &'static str;

    fn from_str(template: &str) -> Result<Self, Self::Err> {
        let plain = template.bytes().all(|it| it.is_ascii_graphic() && !b"\"'<>\\`".contains(&it));
        let (before, after) =
            template.split_once(STUDY).ok_or("the place of the study is written {study}")?;
        let host = before.strip_prefix("https://").and_then(|it| it.split_once('/')).map(|(host, _)| host);
        match host {
            Some(host) if plain && !host.is_empty() && !after.contains(STUDY) => {
                Ok(Self(template.to_owned()))
            }
            _ => Err("https://, a host, a path, and {study} once behind it"),
        }
    }
}

/// A study as a page lists it.
pub struct StudyLine {
    pub uid: String,
    pub series: usize,
    pub images: usize,
    /// Where it opens: none where no viewer was chosen.
    pub href: Option<String>,
}

/// `None` for a file that is no selection of images: it says nothing that could be listed.
pub fn studies(bytes: &[u8], viewer: Option<&Viewer>) -> Option<Vec<StudyLine>> {
    let KeyObjects { studies } = clinical::read_kos(bytes).ok()?;
    let line = |study: clinical::Study| StudyLine {
        series: study.series.len(),
        images: study.series.iter().map(|it| it.instances).sum(),
        // digits and points: nothing in it has a meaning in an address
        href: viewer.map(|Viewer(template)| template.replace(STUDY, &study.uid)),
        uid: study.uid,
    };
    (!studies.is_empty()).then(|| studies.into_iter().map(line).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_an_address_of_ours_with_one_place_for_the_study() {
        for right in ["https://viewer.example.org/open?study={study}", "https://v.example.org/{study}/first"]
        {
            assert!(right.parse::<Viewer>().is_ok(), "{right}");
        }
        for wrong in [
            "http://viewer.example.org/{study}",
            "https://{study}.example.org/",
            "https:///{study}",
            "https://viewer.example.org/",
            "https://viewer.example.org/{study}/{study}",
            "https://viewer.example.org/\"{study}",
            "javascript:alert({study})",
        ] {
            assert!(wrong.parse::<Viewer>().is_err(), "{wrong}");
        }
        assert!(studies(b"%PDF", None).is_none());
    }
}
