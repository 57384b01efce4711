//! A line between the kit and the door that is cut where a test says: it counts bytes, and knows nothing of what they
//! say.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Where the line is cut, by what has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before a byte.
    Connecting,
    /// Part of the document has left.
    Sending,
    /// The door has answered, and nobody has heard it.
    Answered,
    /// The answer has just been handed on.
    Heard,
}

/// More than a handshake and a question, less than a document.
const SOME: usize = 100_000;

pub struct Line {
    pub port: u16,
    /// What is cut next, and by whom.
    next: Arc<Mutex<Option<Blade>>>,
    done: Arc<AtomicBool>,
}

type Blade = (Cut, usize, Box<dyn FnOnce() + Send>);

impl Line {
    /// To a door of this machine.
    pub fn to(door: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let next: Arc<Mutex<Option<Blade>>> = Arc::default();
        let blade = Arc::clone(&next);
        thread::spawn(move || {
            for kit in listener.incoming().flatten() {
                if blade.lock().unwrap().as_ref().is_some_and(|(cut, ..)| *cut == Cut::Connecting) {
                    fall(&blade);
                    continue;
                }
                let Ok(door) = TcpStream::connect(("127.0.0.1", door)) else { continue };
                join(kit, door, &blade);
            }
        });
        Self { port, next, done: Arc::default() }
    }

    /// Cuts the line of a document of so many bytes there, once, and calls this.
    pub fn cut(&self, at: Cut, size: usize, then: impl FnOnce() + Send + 'static) {
        self.done.store(false, Ordering::SeqCst);
        let done = Arc::clone(&self.done);
        let then = move || {
            then();
            done.store(true, Ordering::SeqCst);
        };
        *self.next.lock().unwrap() = Some((at, size, Box::new(then)));
    }

    /// Whether what was to be cut was.
    pub fn is_cut(&self) -> bool {
        self.done.load(Ordering::SeqCst)
    }
}

fn fall(next: &Mutex<Option<Blade>>) {
    let blade = next.lock().unwrap().take();
    if let Some((_, _, then)) = blade {
        then();
    }
}

fn join(kit: TcpStream, door: TcpStream, next: &Arc<Mutex<Option<Blade>>>) {
    let sent = Arc::new(AtomicUsize::new(0));
    let ends = |it: &TcpStream| it.try_clone().unwrap();
    let (mut from, mut to, count, blade) = (ends(&kit), ends(&door), Arc::clone(&sent), Arc::clone(next));
    thread::spawn(move || {
        let mut bytes = vec![0; 16 << 10];
        while let Ok(length @ 1..) = from.read(&mut bytes) {
            let passed = count.fetch_add(length, Ordering::SeqCst) + length;
            let sending = blade.lock().unwrap().as_ref().is_some_and(|(cut, ..)| *cut == Cut::Sending);
            if sending && passed > SOME {
                fall(&blade);
                break;
            }
            if to.write_all(&bytes[..length]).is_err() {
                break;
            }
        }
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    });
    let (mut from, mut to, blade) = (door, kit, Arc::clone(next));
    thread::spawn(move || {
        let mut bytes = vec![0; 16 << 10];
        while let Ok(length @ 1..) = from.read(&mut bytes) {
            // the door answers a document once it has it whole
            let whole = |size: usize| sent.load(Ordering::SeqCst) > size;
            let due = blade.lock().unwrap().as_ref().and_then(|(cut, size, _)| whole(*size).then_some(*cut));
            if due == Some(Cut::Answered) {
                fall(&blade);
                break;
            }
            let written = to.write_all(&bytes[..length]);
            if due == Some(Cut::Heard) {
                fall(&blade);
                break;
            }
            if written.is_err() {
                break;
            }
        }
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    });
}
