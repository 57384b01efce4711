//! What this process and its folder weigh, as the system says.

use std::fs;
use std::path::Path;

/// Ticks of the processor's account per second: fixed for programs on Linux (`USER_HZ`).
const TICKS: f64 = 100.0;

/// Memory of this process in MB: now, and the most there ever was.
pub(super) fn memory() -> (f64, f64) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.split_whitespace().next().and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0) * 1024.0 / 1e6
    };
    (of("VmRSS:"), of("VmHWM:"))
}

/// Seconds of processor this process has used, in the program and in the system for it.
pub(super) fn processor() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // the name of the program stands in brackets and may hold anything
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// Bytes of all files under a folder.
pub(super) fn weight(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .filter_map(Result::ok)
        .map(|entry| match entry.metadata() {
            Ok(it) if it.is_dir() => weight(&entry.path()),
            Ok(it) => it.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Processors, their kind, and the system: what a figure is worth nothing without.
pub(super) fn describe() -> String {
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let kind = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let kind = kind.trim_start_matches(['\t', ' ', ':']);
    format!("{cpus} processors ({kind})")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_system_says_what_we_weigh() {
        let (now, most) = memory();
        assert!(now > 0.5 && most >= now, "{now} {most}");
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::write(folder.path().join("a/b"), [0; 300]).unwrap();
        fs::write(folder.path().join("c"), [0; 20]).unwrap();
        assert_eq!(weight(folder.path()), 320);
    }
}
