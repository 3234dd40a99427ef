//! What a job costs.

use vellum::{Memory, PagePool, Store, Thousands};

use super::{Call, Reporting, Resources, Step, program::Program};
use crate::Platform;

/// What a job costs. What could not be measured, or was not come to, is `None`.
pub(super) struct Report {
    pool: &'static PagePool,
    value_stack: usize,
    /// Heap in use before the job, and what it could have at most.
    before: usize,
    free: usize,
    /// Heap of an engine with its stacks and a guest that is empty: what stays, and the most on the way.
    pub(super) engine: Option<(usize, usize)>,
    /// Heap of the engine alone, before its stacks.
    started: Option<usize>,
    loaded: Option<usize>,
    instantiated: Option<usize>,
    /// The heap's peak when the module was loaded.
    peak_load: Option<usize>,
    /// The heap's peak until unloading began.
    peak: Option<usize>,
    /// Bytes of the heap's region that pages have.
    pub(super) lent: usize,
    memory: Option<(u64, u64)>,
    /// How often a memory was refused growth because nothing more is reserved.
    refused_growths: u32,
    /// Most bytes of the native stack in use at each step.
    stack: [Option<usize>; Step::ALL.len()],
    /// What checking the signature took, where that was done before.
    #[cfg(feature = "signed")]
    pub(super) verify: Option<u64>,
    pub(super) load: Option<u64>,
    pub(super) call: Option<u64>,
    calls: bool,
}

impl Report {
    /// Begins with what is in use now.
    pub(super) fn new(platform: &impl Platform, resources: &Resources, call: &Call<'_>) -> Report {
        let heap = platform.heap();
        let free = heap.map_or(0, |heap| heap.largest);
        Report {
            pool: resources.pages,
            value_stack: call.settings.stack.unwrap_or(resources.value_stack),
            before: heap.map_or(0, |heap| heap.used),
            free: call.settings.heap.map_or(free, |heap| heap.min(free)),
            engine: None,
            started: None,
            loaded: None,
            instantiated: None,
            peak_load: None,
            peak: None,
            lent: 0,
            memory: None,
            refused_growths: 0,
            stack: [None; Step::ALL.len()],
            #[cfg(feature = "signed")]
            verify: None,
            load: None,
            call: None,
            calls: call.report != Reporting::Budget || call.invoke.is_some(),
        }
    }

    fn used(&self, platform: &impl Platform) -> Option<usize> {
        platform.heap().map(|heap| heap.used.saturating_sub(self.before))
    }

    fn peak(&self, platform: &impl Platform) -> Option<usize> {
        platform.heap().map(|heap| heap.peak.saturating_sub(self.before))
    }

    /// Begins the last step, if it has not begun. What the heap has from now on is not the guest's: the text
    /// of an error, for example.
    pub(super) fn begin_unloading(&mut self, platform: &impl Platform) {
        self.peak = self.peak.or_else(|| self.peak(platform));
        platform.step(Step::Unloading);
    }

    /// Notes what is in use with an engine and no guest yet.
    pub(super) fn note_engine(&mut self, platform: &impl Platform) {
        self.peak = None;
        self.started = self.used(platform);
    }

    /// Notes what is in use with a module, and how long it took.
    pub(super) fn note_module(&mut self, platform: &impl Platform, instructions: Option<u64>) {
        self.loaded =
            self.used(platform).zip(self.started).map(|(now, then)| now.saturating_sub(then));
        self.peak_load = self.peak(platform);
        self.load = instructions;
    }

    /// Notes what is in use with an instance, and how long it took.
    pub(super) fn note_instance(&mut self, platform: &impl Platform, instructions: Option<u64>) {
        let used = self.used(platform);
        self.instantiated =
            used.zip(self.engine).map(|(now, (engine, _))| now.saturating_sub(engine));
        self.load = self.load.zip(instructions).map(|(module, instance)| module + instance);
    }

    /// Notes what the step that is over took of the native stack.
    pub(super) fn note_stack(&mut self, platform: &impl Platform, step: Step) {
        if let Some(stack) = self.stack.get_mut(step as usize) {
            *stack = platform.stack().max(*stack);
        }
        platform.repaint();
    }

    /// Notes what is there while the guest lives, with the memories that it shares.
    pub(super) fn note_memory<P: Platform>(
        &mut self,
        store: &Store<Program<P>>,
        shared: &[Memory],
    ) {
        let Ok(usage) = store.usage() else { return };
        let (mut reserved, mut used) = (usage.reserved, usage.memory);
        self.refused_growths = usage.refused_growths;
        for memory in shared {
            reserved += memory.capacity(store).unwrap_or_default() as u64;
            used += memory.data_size(store).unwrap_or_default() as u64;
        }
        self.memory = Some((used, reserved));
    }

    /// Bytes that the heap would have had left at the moment when it had least. Where pages share its
    /// region, they are there once the module is loaded.
    fn left(&self, peak: usize) -> usize {
        let loading = self.free.saturating_sub(self.peak_load.unwrap_or(peak));
        if self.lent == 0 {
            return self.free.saturating_sub(peak);
        }
        let is_later = self.peak_load.is_none_or(|loading| peak > loading);
        let live = self.engine.zip(self.instantiated).map(|((engine, _), guest)| engine + guest);
        let running = if is_later { peak } else { live.unwrap_or(peak) };
        loading.min(self.free.saturating_sub(self.lent).saturating_sub(running))
    }

    /// Says that memories were refused growth that their types allow.
    pub(super) fn print_refusals(&self, platform: &impl Platform) {
        let Some((_, reserved)) = self.memory.filter(|_| self.refused_growths > 0) else { return };
        platform.line(format_args!(
            "refused growths: {}, as {} bytes are reserved: --reserve PAGES lets a memory without a \
             maximum have more, a larger pool any",
            self.refused_growths,
            Thousands(reserved)
        ));
    }

    /// Prints a line for each step that there was.
    pub(super) fn print_stack(&self, platform: &impl Platform) {
        let [loading, instantiating, calling, _] = self.stack;
        for (what, stack) in [
            ("native stack, loading", loading),
            ("native stack, instantiating", instantiating),
            ("native stack, calling", calling.filter(|_| self.calls)),
        ] {
            line(platform, what, stack.map(|bytes| bytes as u64), "bytes");
        }
    }

    /// Prints a line for each figure. `cargo rig` makes a table of them.
    pub(super) fn print(&self, platform: &impl Platform) {
        let line = |what, figure, unit| line(platform, what, figure, unit);
        let bytes = |what, figure: Option<usize>| line(what, figure.map(|it| it as u64), "bytes");
        line("memory in use", self.memory.map(|(used, _)| used), "bytes");
        line("memory reserved", self.memory.map(|(_, reserved)| reserved), "bytes");
        bytes("pool high-water", Some(self.pool.high_water()));
        bytes("heap of the engine", self.started);
        bytes("heap of engine and stacks", self.engine.map(|(heap, _)| heap));
        bytes("heap peak of engine and stacks", self.engine.map(|(_, peak)| peak));
        bytes("heap of the guest, loaded", self.loaded);
        bytes("heap of the guest, instantiated", self.instantiated);
        let peak = self.peak.or_else(|| self.peak(platform));
        bytes("heap peak", peak);
        bytes("heap left", peak.map(|peak| self.left(peak)));
        line("heap", platform.heap().map(|heap| heap.allocations as u64), "allocations");
        bytes("value stack", Some(self.value_stack));
        self.print_stack(platform);
        let stack = self.stack.iter().flatten().max().copied();
        bytes("native stack high-water", stack);
        let left = stack.zip(platform.stack_limit());
        bytes("native stack left", left.map(|(used, limit)| limit.saturating_sub(used)));
        #[cfg(feature = "signed")]
        line("signature", self.verify, platform.unit());
        line("load", self.load, platform.unit());
        let called = self.call.filter(|_| self.calls);
        line("call", called, platform.unit());
    }
}

/// Prints how much of something there was, for `cargo rig` to make a table of.
fn line(platform: &impl Platform, what: &str, figure: Option<u64>, unit: &str) {
    if let Some(figure) = figure {
        platform.line(format_args!("report: {what}: {figure} {unit}"));
    }
}

pub(super) fn elapsed(start: Option<u64>, end: Option<u64>) -> Option<u64> {
    Some(end?.wrapping_sub(start?))
}
