//! The kit dies at every step, and the line is cut at every step: started again, nothing is lost and nothing is there
//! twice.

use std::fs;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::Duration;

use crate::between::{Cut, Line};
use crate::common::Demo;
use crate::desk::{Desk, open, titled, titles};

const STEPS: [Cut; 4] = [Cut::Connecting, Cut::Sending, Cut::Answered, Cut::Heard];

/// Long enough to be cut in its middle.
fn long(title: &str) -> String {
    format!("{title}, relevé de la nuit, rien à signaler.\n").repeat(8000)
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(20));
    }
    panic!("never: {what}");
}

#[test]
fn killed_at_any_step_it_goes_on_where_it_was() {
    let demo = Demo::start();
    let doctor = open(&demo);
    let line = Line::to(demo.port("feed"));
    let direct = Desk::of(&demo);
    let desk = Desk { to: format!("https://localhost:{}", line.port), ..Desk::of(&demo) };
    let direct = Desk { queue: desk.queue.clone(), ..direct };
    let mut sent = Vec::new();
    for step in STEPS {
        let name = format!("{step:?}");
        let words = long(&name);
        desk.text(&name, &words, titled(&name));
        let child = Arc::new(Mutex::new(None::<std::process::Child>));
        let victim = Arc::clone(&child);
        line.cut(step, words.len(), move || {
            let mut victim = victim.lock().unwrap();
            victim.as_mut().unwrap().kill().unwrap();
        });
        {
            // the blade waits for the child to be known
            let mut known = child.lock().unwrap();
            *known = Some(desk.start("send", &[desk.path(&format!("{name}.txt")).to_str().unwrap()]).0);
        }
        until("the cut", || line.is_cut());
        let status = child.lock().unwrap().as_mut().unwrap().wait().unwrap();
        assert!(!status.success() || step == Cut::Heard, "{step:?}: {status}");
        sent.push(name.clone());
        // what the door has taken at that step
        let there = titles(&doctor).contains(&name);
        assert_eq!(there, matches!(step, Cut::Answered | Cut::Heard), "{step:?}");
        direct.send(&[]).must(0);
        sent.sort();
        assert_eq!(titles(&doctor), sent, "{step:?}");
        // and typed again, as somebody does who saw it die
        desk.send(&[&format!("{name}.txt")]).must(0).says("already there");
        assert_eq!(titles(&doctor), sent, "{step:?}");
    }
    assert_eq!(desk.states(), (vec![], STEPS.len()));
}

#[test]
fn a_door_that_is_away_is_waited_for_and_a_cut_line_tried_again() {
    let demo = Demo::start();
    let doctor = open(&demo);
    let line = Line::to(demo.port("feed"));
    let desk = Desk { to: format!("https://localhost:{}", line.port), ..Desk::of(&demo) };
    for step in STEPS {
        let name = format!("{step:?}");
        desk.text(&name, &long(&name), titled(&name));
        line.cut(step, long(&name).len(), || {});
        let said = desk.send(&[&format!("{name}.txt")]).must(0);
        // the answer was heard: nothing was to be tried again
        if step != Cut::Heard {
            said.says("waiting: the door cannot be reached; trying again in 1 s");
        }
        assert!(line.is_cut());
    }
    assert_eq!(titles(&doctor).len(), STEPS.len());

    // nobody is there: with --once it says so and ends, else it waits
    let nobody = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let desk = Desk { to: format!("https://localhost:{nobody}"), ..desk };
    desk.text("later", "Plus tard.", titled("later"));
    desk.send_with(&["--once"], &["later.txt"]).must(1).says("what waits stays in the queue");
    let (mut waiting, log) = desk.start("send", &[]);
    until("it waits", || fs::read_to_string(&log).unwrap().contains("trying again in 2 s"));
    assert_eq!(desk.send(&[]).must(2).says("another carnet works on this queue").code, 2);
    waiting.kill().unwrap();
    waiting.wait().unwrap();
    assert_eq!(desk.states(), (vec!["validated".to_owned()], STEPS.len()));
}
