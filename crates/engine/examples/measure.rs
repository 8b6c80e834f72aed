//! Runs one operation on one picture and prints what it cost: `measure '<operation as JSON>' in.jpg out.png [style.jpg]`,
//! for example `measure '{"type":"upscale","scale":"4","content":"photo","quality":"standard"}' cat.png large.png`.
//! Linux only, because it reads /proc.

use std::error::Error;
use std::time::Instant;

use engine::{Control, Engine, EngineOptions, Operation};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [operation, input, output, style @ ..] = arguments.as_slice() else {
        return Err("usage: measure '<operation as JSON>' in out [style picture]".into());
    };
    let operation: Operation = serde_json::from_str(operation)?;
    let picture = image::open(input)?;
    let style = style.first().map(image::open).transpose()?;
    let models_dir = std::env::var_os("MODELS_DIR").unwrap_or_else(|| "data/models".into()).into();
    let engine = Engine::new(EngineOptions { models_dir, threads: 0 });
    let plan = engine.plan(&operation, picture.width(), picture.height())?;
    let (started, cpu, before) = (Instant::now(), cpu_seconds()?, status("VmRSS")?);
    let result = engine.run(&operation, &picture, style.as_ref(), &Control::unobserved())?;
    let (wall, cpu) = (started.elapsed().as_secs_f64(), cpu_seconds()? - cpu);
    let peak = status("VmHWM")?;
    eprintln!(
        "{}x{} -> {}x{}: wall {wall:.2} s (planned {:.2}), CPU {cpu:.2} s, peak {} MB above {} MB (planned {}), {} tiles",
        picture.width(),
        picture.height(),
        result.width(),
        result.height(),
        plan.estimated_seconds,
        (peak - before) / 1000,
        before / 1000,
        plan.memory_bytes / 1_000_000,
        plan.tiles,
    );
    result.save(output)?;
    Ok(())
}

/// Seconds of all cores used so far, from the clock ticks (100 a second) that Linux counts.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / 100.0)
}

/// A line of the process status, in kilobytes.
fn status(name: &str) -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with(name)).ok_or("no such line")?;
    Ok(line.split_whitespace().nth(1).ok_or("no value")?.parse()?)
}
