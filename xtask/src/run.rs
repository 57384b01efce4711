//! Starting other programs: from the root of the repository, with nothing on standard input, what they say shown
//! as they say it and kept for whoever counts.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A check's outcome: nothing to say, or the faults, ready to be read by a person.
pub type Checked = Result<(), String>;

/// The root of the repository: the folder above this crate's.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or_else(|| here.clone(), Path::to_path_buf)
}

/// The cargo that started us, or the one on the path.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command
}

pub fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs to the end, everything shown. The error says which command and how it ended.
pub fn show(mut command: Command) -> Checked {
    let name = line_of(&command);
    let status = command.status().map_err(|error| format!("{name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name}: {status}")) }
}

/// Runs to the end in silence; the standard output when it went well.
pub fn read(mut command: Command) -> Result<String, String> {
    let name = line_of(&command);
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{name}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
    }
}

/// Runs to the end, both outputs shown on ours in the order they come; what they said comes back however it ended.
pub fn show_and_keep(mut command: Command) -> (String, Checked) {
    let name = line_of(&command);
    let mut child = match command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => return (String::new(), Err(format!("{name}: {error}"))),
    };
    let out = child.stdout.take();
    let err = child.stderr.take();
    let (out, err) = thread::scope(|threads| {
        let out = threads.spawn(|| echo(out));
        let err = threads.spawn(|| echo(err));
        (out.join().unwrap_or_default(), err.join().unwrap_or_default())
    });
    let checked = match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name}: {status}")),
        Err(error) => Err(format!("{name}: {error}")),
    };
    (out + &err, checked)
}

/// How long something took. The only place of this crate that looks at a clock; nothing is decided by it.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    #[expect(clippy::disallowed_methods, reason = "a duration shown to a person, on which nothing depends")]
    let now = Instant::now;
    let start = now();
    let result = work();
    (result, now().saturating_duration_since(start))
}

fn echo(stream: Option<impl Read>) -> String {
    let mut kept = String::new();
    let Some(stream) = stream else { return kept };
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(n) if n > 0) {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        println!("{text}");
        kept.push_str(text);
        kept.push('\n');
        line.clear();
    }
    kept
}

/// The command as it would be typed, without the machine's own path to the program.
fn line_of(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_says_and_how_it_ends_both_come_back() {
        let (said, ended) =
            show_and_keep(program("sh", &["-c", "echo one; echo two >&2; printf three; exit 3"]));
        assert!(said.contains("one\n") && said.contains("two\n") && said.contains("three\n"), "{said}");
        assert!(ended.is_err_and(|why| why.contains('3')));
        assert!(show_and_keep(program("true", &[])).1.is_ok());
        assert!(show(program("false", &[])).is_err());
        assert!(show(program("no-such-program-here", &[])).is_err());
    }
}
