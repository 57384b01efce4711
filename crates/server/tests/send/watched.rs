//! A folder that is watched: what is put there moves where its fate is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::common::Demo;
use crate::desk::{Desk, letter, open, titled, titles};

struct Watching {
    child: Child,
    folder: PathBuf,
    log: PathBuf,
}

impl Watching {
    fn start(desk: &Desk<'_>) -> Self {
        let (child, log) =
            desk.start("watch", &["--every", "1", desk.folder.path().join("box").to_str().unwrap()]);
        Self { child, folder: desk.path("box"), log }
    }

    #[track_caller]
    fn until(&self, path: &str) -> PathBuf {
        let path = self.folder.join(path);
        for _ in 0..3000 {
            if path.exists() {
                return path;
            }
            sleep(Duration::from_millis(20));
        }
        let log = fs::read_to_string(&self.log).unwrap();
        panic!("{} never comes; there is {:?}\n{log}", path.display(), list(&self.folder));
    }

    fn end(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

fn list(folder: &Path) -> Vec<PathBuf> {
    crate::desk::files(folder).into_iter().map(|(path, _)| path).collect()
}

#[test]
fn what_is_put_into_a_folder_goes_where_its_fate_is() {
    let demo = Demo::start();
    let doctor = open(&demo);
    let desk = Desk::of(&demo);
    fs::create_dir(desk.path("box")).unwrap();
    let watching = Watching::start(&desk);
    desk.write("box/letter.xml", letter(1));
    desk.write("box/broken.pdf", "%PDF-1.7 and no more");
    desk.sidecar("box/broken", |_| {});
    desk.text("box/unqualified", "Pas encore.", |it| {
        it["title"] = json!("unqualified");
        it["patient"]["qualified"] = json!(false);
    });
    desk.write("box/lonely.txt", "De qui ?");
    desk.write("box/half.pdf.part", "%PDF");
    watching.until("done/letter.xml");
    let why = fs::read_to_string(watching.until("rejected/broken.pdf.why.txt")).unwrap();
    assert!(why.contains("À faire : l’ouvrir") && why.contains("What to do: open it"), "{why}");
    watching.until("rejected/broken.pdf");
    watching.until("rejected/broken.json");
    let why = fs::read_to_string(watching.until("held/unqualified.txt.why.txt")).unwrap();
    assert!(why.contains("pas encore qualifiée"), "{why}");
    assert_eq!(titles(&doctor), ["Lettre de liaison"]);

    // the identity is qualified, where the document lies; the other one's description comes after it
    watching.until("held/unqualified.txt");
    desk.sidecar("box/held/unqualified", titled("unqualified"));
    watching.until("done/unqualified.txt");
    watching.until("held/lonely.txt");
    desk.sidecar("box/lonely", titled("lonely"));
    watching.until("done/lonely.txt");
    assert!(!desk.path("box/held/lonely.txt.why.txt").exists());
    assert!(desk.path("box/half.pdf.part").exists(), "what is not whole is left alone");
    assert_eq!(titles(&doctor), ["Lettre de liaison", "lonely", "unqualified"]);
    watching.end();

    // what came and what was corrected while nobody watched; and the same letter again
    desk.write("box/night.txt", "Nuit calme.");
    desk.sidecar("box/night", titled("night"));
    desk.write("box/letter.xml", letter(1));
    let watching = Watching::start(&desk);
    watching.until("done/night.txt");
    watching.until("done/letter.2.xml");
    assert_eq!(titles(&doctor), ["Lettre de liaison", "lonely", "night", "unqualified"]);
    watching.end();
    assert_eq!(desk.states(), (vec!["rejected".to_owned()], 4));
}
