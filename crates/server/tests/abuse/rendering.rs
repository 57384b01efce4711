//! Documents made to act on who reads them, as the holder's and a professional's pages show them, and as their
//! files are served (F01 to F05, G06 to G09). What a door lets in is shown inert; what it refuses is not there.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::common::Demo;
use crate::common::bundle::{Document, FALLBACK, Person};
use crate::common::client::{Answer, Client};
use crate::common::pages::{Browser, is_a_page, links, says, whole};
use crate::common::pro::{authorised, by_provider, deposit};
use crate::common::scene::Scene;

const TABLE: &str = "<table border=\"1\">";

fn own(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../clinical/tests/fixtures").join(name)).unwrap()
}

/// A structured document like the fixture, with its own id, title, and this before its table.
fn cda(number: usize, narrative: &str, entries: &str) -> Document {
    let text = String::from_utf8(own("level-3.xml")).unwrap();
    let id = text.split("<id root=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let text = text
        .replacen(&id, &format!("1.2.250.1.999.7.2026.77.{number}"), 1)
        .replacen(TABLE, &format!("{narrative}{TABLE}"), 1)
        .replacen("</text>", &format!("</text>{entries}"), 1);
    let mut document = Document::cda(text.as_bytes(), "", FALLBACK);
    let code = model::Coding::new(&document.kind.0, &document.kind.1, None).unwrap();
    document.class = model::code::class_of(&code).code().to_owned();
    document
}

/// Nothing of the document's can act on this page: no link out, no handler, no style, no frame but our own.
#[track_caller]
fn is_inert(what: &str, answer: &Answer) {
    is_a_page(answer);
    let html = whole(answer).to_lowercase();
    let body = html.split_once("<main").unwrap().1;
    for banned in [
        "javascript:",
        "vbscript:",
        "data:",
        "onmouse",
        "onload",
        "onclick",
        "style=",
        "evil.example",
        "<svg onload",
        "<object",
        "<embed",
    ] {
        assert!(!body.contains(banned), "{what}: {banned} in {body}");
    }
    for frame in body.split("<iframe ").skip(1).chain(body.split("<img ").skip(1)) {
        let src = frame.split_once("src=\"").unwrap().1.split('"').next().unwrap();
        assert!(src.starts_with("/documents/") || src.starts_with("/pro/records/"), "{what}: {src}");
    }
}

/// A file as a browser gets it: its true type, nothing sniffed, an origin of its own.
#[track_caller]
fn is_served_shut(what: &str, answer: &Answer) {
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{what}");
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("sandbox; default-src 'none';"), "{what}: {policy}");
    assert!(!policy.contains("allow-") && !policy.contains("script-src"), "{what}: {policy}");
    let kind = answer.header("content-type").unwrap();
    let known = ["application/pdf", "image/jpeg", "image/png", "text/plain; charset=utf-8"];
    let downloaded = kind == "application/octet-stream";
    assert!(known.contains(&kind) || downloaded, "{what}: {kind}");
    let disposition = answer.header("content-disposition").unwrap();
    assert_eq!(disposition.starts_with("attachment;"), downloaded, "{what}: {kind} {disposition}");
    let name = disposition.split_once("filename=\"").unwrap().1.strip_suffix('"').unwrap();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    assert!(name.bytes().all(plain) && !name.contains("..") && name.len() < 90, "{what}: {name}");
    assert!(answer.header("set-cookie").is_none());
}

struct Readers<'d> {
    scene: Scene<'d>,
    person: Person,
    holder: Browser<'d>,
    doctor: Client<'d>,
    record: String,
}

impl<'d> Readers<'d> {
    fn new(demo: &'d Demo) -> Self {
        let scene = Scene::new(demo);
        let person = Person::of(&clinical::read_cda(&own("level-3.xml")).unwrap());
        let holder = Browser::of_new(&scene, &person);
        let doctor = by_provider(demo, &scene.doctor);
        let record = authorised(&doctor, &person.ins);
        Self { scene, person, holder, doctor, record }
    }

    /// Feeds a document; its addresses for holder and professional, if the door took it.
    fn fed(&self, document: &Document) -> Option<[String; 2]> {
        let lot = self.scene.lot(&self.person, std::slice::from_ref(document));
        let answer = self.scene.feed.post("/fhir", &lot);
        if answer.status != 200 {
            assert!([400, 422].contains(&answer.status), "{}", answer.text());
            return None;
        }
        let path = links(&self.holder.get("/documents").must(200), "/documents/")
            .into_iter()
            .find(|it| whole(&self.holder.get(it)).contains(&document.title))
            .unwrap_or_else(|| panic!("{} is not in the list", document.title));
        Some([path.clone(), format!("{}{path}", self.record)])
    }

    fn get(&self, path: &str) -> Answer {
        if path.starts_with("/pro") { self.doctor.get_as(path, "text/html") } else { self.holder.get(path) }
    }

    /// The pages of a document, of both sides, with every file they point to.
    #[track_caller]
    fn are_inert(&self, what: &str, [own, pro]: &[String; 2]) -> usize {
        let mut files = 0;
        for path in [own.clone(), format!("{own}/print"), pro.clone()] {
            let page = self.get(&path).must(200);
            is_inert(what, &page);
            let html = whole(&page);
            let sources =
                html.split("src=\"").skip(1).map(|it| it.split(['"', '#']).next().unwrap().to_owned());
            for source in sources {
                is_served_shut(what, &self.get(&source).must(200));
                files += 1;
            }
        }
        for path in [own, pro] {
            let kept = self.get(&format!("{path}/content?download=1")).must(200);
            assert_eq!(kept.header("content-type"), Some("application/octet-stream"));
            is_served_shut(what, &kept);
            // the frame's address, whatever is behind it
            let framed = self.get(&format!("{path}/content"));
            if framed.status == 200 {
                is_served_shut(what, &framed);
            } else {
                is_a_page(&framed.must(404));
            }
        }
        files
    }
}

#[test]
fn f01_to_f05_a_document_that_wants_to_act_is_shown_inert_on_both_sides() {
    let demo = Demo::start();
    let readers = Readers::new(&demo);
    let svg = BASE64_STANDARD.encode("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>");
    let html = BASE64_STANDARD.encode("<!DOCTYPE html><html><script>alert(1)</script></html>");
    let jpeg = BASE64_STANDARD.encode(own("square.jpg"));
    let media = |kind: &str, data: &str| {
        format!(
            "<entry><observationMedia classCode=\"OBS\" moodCode=\"EVN\" ID=\"m\"><value mediaType=\"{kind}\" \
             representation=\"B64\">{data}</value></observationMedia></entry>"
        )
    };
    let shown = "<renderMultiMedia referencedObject=\"m\"/>";
    let outside = "<entry><observationMedia classCode=\"OBS\" moodCode=\"EVN\" ID=\"m\"><value mediaType=\"image/png\">\
                   <reference value=\"https://evil.example/p.png\"/></value></observationMedia></entry>";
    let table = [
        (
            "F01 javascript",
            "<paragraph>Lien <linkHtml href=\"javascript:alert(1)\">ici</linkHtml></paragraph>",
            String::new(),
            true,
        ),
        (
            "F01 data",
            "<paragraph><linkHtml href=\"data:text/html;base64,PHNjcmlwdD4=\">ici</linkHtml></paragraph>",
            String::new(),
            true,
        ),
        (
            "F01 vbscript",
            "<paragraph><linkHtml href=\"vbscript:msgbox(1)\">ici</linkHtml></paragraph>",
            String::new(),
            true,
        ),
        (
            "F02 handlers",
            "<table onmouseover=\"alert(1)\" style=\"x:expression(1)\"><tbody><tr onclick=\"x()\"><td onload=\"x()\">mot</td></tr></tbody></table>",
            String::new(),
            true,
        ),
        (
            "F02 styles",
            "<content styleCode=\"color:red;background:url(https://evil.example/)\">mot</content>",
            String::new(),
            true,
        ),
        ("F03 outside", shown, outside.to_owned(), true),
        ("F05 an image", shown, media("image/jpeg", &jpeg), true),
        ("F05 a drawing", shown, media("image/svg+xml", &svg), false),
        ("F05 a page", shown, media("text/html", &html), false),
        ("F05 a drawing as an image", shown, media("image/jpeg", &svg), false),
    ];
    let (mut taken, mut files) = (Vec::new(), 0);
    for (number, (what, narrative, entries, must)) in table.into_iter().enumerate() {
        let document =
            Document { title: format!("Essai numéro {number}."), ..cda(number, narrative, &entries) };
        match readers.fed(&document) {
            Some(paths) => {
                files += readers.are_inert(what, &paths);
                says(&readers.get(&paths[0]), "Jour");
                taken.push(what);
            }
            None => assert!(!must, "{what} is not taken at all"),
        }
    }
    assert!(taken.len() >= 7 && files >= 3, "{taken:?}, {files} files");
    f04_a_stylesheet_is_never_followed(&readers);
}

fn f04_a_stylesheet_is_never_followed(readers: &Readers<'_>) {
    let mut document = cda(90, "", "");
    let text = String::from_utf8(document.bytes).unwrap();
    let at = text.find("<ClinicalDocument").unwrap();
    let styled = format!(
        "{}<?xml-stylesheet type=\"text/xsl\" href=\"https://evil.example/x.xsl\"?>{}",
        &text[..at],
        &text[at..]
    );
    document.bytes = styled.into_bytes();
    document.title = "Essai avec feuille de style.".into();
    let paths = readers.fed(&document).expect("taken, and never followed");
    readers.are_inert("F04", &paths);
    // to keep, it is the document itself, which no browser opens
    let kept = readers.get(&format!("{}/content?download=1", paths[0])).must(200);
    assert_eq!(kept.body, document.bytes);
}

#[test]
fn g06_to_g09_a_file_is_served_as_what_it_is_under_a_name_of_ours() {
    let demo = Demo::start();
    let readers = Readers::new(&demo);
    let html: &[u8] = b"<!DOCTYPE html><html><script>alert(1)</script></html>";
    let svg: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    // G06, at the feed door: `documents` has the whole table
    for (mime, bytes) in [("application/pdf", html), ("image/jpeg", svg), ("text/plain", html)] {
        assert!(readers.fed(&Document::file(mime, bytes)).is_none(), "{mime}");
    }
    // at the professional's form, whose bytes alone say what a file is
    for bytes in [html, svg, b"\xef\xbb\xbf  <html onload=x>"] {
        let refused = deposit(&readers.doctor, &readers.record, &[], bytes);
        assert_eq!(refused.status, 422, "{}", refused.text());
        is_inert("G06", &refused);
    }
    // G07: what a PDF would do by itself stays a PDF, in an origin of its own, or is refused
    let calm = rehearsal::pdf::page("Fictif", &["Une ligne"]);
    let text = String::from_utf8_lossy(&calm).into_owned();
    for (number, action) in
        ["/JavaScript /JS (app.alert\\(1\\))", "/Launch /F (x.exe)", "/URI /URI (https://evil.example/)"]
            .into_iter()
            .enumerate()
    {
        let armed =
            text.replacen("/Type /Catalog", &format!("/Type /Catalog /OpenAction << /S {action} >>"), 1);
        let armed = if armed == text {
            text.replacen("/Type/Catalog", &format!("/Type/Catalog/OpenAction<</S {action}>>"), 1)
        } else {
            armed
        };
        assert_ne!(armed, text);
        let document = Document {
            title: format!("Essai de PDF numéro {number}."),
            ..Document::file("application/pdf", armed.as_bytes())
        };
        if let Some(paths) = readers.fed(&document) {
            readers.are_inert(action, &paths);
        }
    }
    an_image_is_painted_by_our_own_element(&readers);
    // G08, G09: a title is a title, and names no file
    for title in [
        "../../etc/cron.d/x",
        "a\"; filename=\"b.exe",
        "compte\u{202e}fdp.exe",
        "<script>x</script>",
        "\\\\hote\\partage",
    ] {
        let document = Document { title: title.into(), ..Document::text() };
        let lot = readers.scene.lot(&readers.person, &[document]);
        readers.scene.feed.post("/fhir", &lot).must(200);
    }
    let list = readers.holder.get("/documents").must(200);
    is_inert("titles", &list);
    for path in links(&list, "/documents/") {
        readers.are_inert(&path, &[path.clone(), format!("{}{path}", readers.record)]);
    }
    // and the name the browser gives a file on the way in goes nowhere: `deposit` sends `../../x`
    let fed = deposit(&readers.doctor, &readers.record, &[("title", "Par la main")], &calm);
    assert_eq!(fed.status, 303, "{}", fed.text());
    let outside = demo.data.parent().unwrap().parent().unwrap().join("x");
    assert!(!outside.exists() && !demo.data.join("../x").exists());
}

/// F05, G06: an image fits the page because it is no frame; as an `<img>` nothing in it acts.
fn an_image_is_painted_by_our_own_element(readers: &Readers<'_>) {
    let jpeg = own("square.jpg");
    let document = Document { title: "Une image.".into(), ..Document::file("image/jpeg", &jpeg) };
    let paths = readers.fed(&document).expect("an image is taken");
    assert!(readers.are_inert("an image", &paths) >= 3);
    for path in &paths {
        let page = readers.get(path).must(200);
        says(&page, &format!("<img class=\"picture\" src=\"{path}/content\" alt=\"Une image.\">"));
        assert!(!whole(&page).contains("<iframe"), "{path}");
        let painted = readers.get(&format!("{path}/content")).must(200);
        assert_eq!((painted.header("content-type"), &painted.body), (Some("image/jpeg"), &jpeg));
    }
}
