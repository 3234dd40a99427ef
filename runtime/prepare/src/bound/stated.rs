//! The bound that a module prepared ahead of time states, for engines that believe it.
//!
//! A custom section named `vellum.bound` behind all others, of modules that say that they are prepared:
//!
//! ```text
//! version    byte     2
//! beginning  u32 x 6  types; the most before they are registered, as asked for and as placed; what there is
//!                     then, as asked for and as placed; the most until the functions come, as placed
//! loading    u32 x 5  once each: eager; eager with fuel; lazy. The most from then on, as asked for, as placed
//!                     and of one block; what stays; holes
//! entries    u32      of functions
//! code       u32 x 2  without and with fuel
//! imports    u32 x 4  the most, what stays, the most as placed, the most of one block
//! instance   u32 x 4  once, or three times if the module starts: all translated before; lazy; lazy with fuel
//! ```
//!
//! All are bytes but the number of types, where pointers have 32 bits.

use super::super::{
    error::PrepareError, leb::Leb, memories::reserve, prepared::Prepared, reader::Reader,
    section::Sections,
};
use super::{
    Bound, Heap, InstanceBound, Loading,
    bytes::Bytes,
    code::Functions,
    entries,
    facts::Facts,
    loaded::{Beginning, Rest},
    outline::Outline,
};
use alloc::vec::Vec;

const VERSION: u8 = 2;
/// As many figures as there may be.
const FIGURES: usize = 6 + 3 * 5 + 1 + 2 + 4 + 3 * 4;

/// How modules are loaded, in the order of the section. Fuel makes no difference where nothing is translated.
const EAGER: Loading = Loading { fuel: false, translates: true, types: 0 };
const LOADINGS: [Loading; 3] =
    [EAGER, Loading { fuel: true, ..EAGER }, Loading { translates: false, ..EAGER }];

/// Which of them one is.
fn place(loading: Loading) -> usize {
    if loading.translates { usize::from(loading.fuel) } else { 2 }
}

impl Prepared<'_> {
    /// The bound that the module itself states, which is what [`bound`](Self::bound) finds. `None` where it
    /// states none that this version can read.
    ///
    /// A module that is prepared ahead of time and [marked](crate::Options::marked) states one. Nothing
    /// checks it: it is only to be believed with a signature.
    ///
    /// ```
    /// use vellum_prepare::{Loading, Options, prepare, prepare_to_vec};
    ///
    /// let module = wat::parse_str("(module (func (param i32) (drop (local.get 0))))").unwrap();
    /// let file = prepare_to_vec(&module, &Options::new().marked(true))?;
    /// let prepared = prepare(&file, &Options::new())?;
    /// let loading = Loading::default();
    /// assert_eq!(prepared.stated_bound(loading), Some(prepared.bound(loading)?));
    /// assert_eq!(prepare(&module, &Options::new())?.stated_bound(loading), None);
    /// # Ok::<(), vellum_prepare::PrepareError>(())
    /// ```
    #[inline(never)]
    pub fn stated_bound(&self, loading: Loading) -> Option<Bound> {
        let (module, section) = self.stated()?;
        let mut reader = Reader::new(module, section);
        if reader.byte().ok()? != VERSION {
            return None;
        }
        let mut figures = [0; FIGURES];
        let mut count = 0;
        while !reader.is_empty() {
            *figures.get_mut(count)? = reader.var_u32().ok()? as usize;
            count += 1;
        }
        read(figures.get(..count)?, self.start, loading)
    }

    /// The section in which the module is to state its bound.
    pub(crate) fn bound_section(&self) -> Result<Vec<u8>, PrepareError> {
        let mut bytes = Vec::new();
        reserve(&mut bytes, 1 + 5 * FIGURES)?;
        bytes.push(VERSION);
        for figure in self.figures()? {
            let figure = u32::try_from(figure).unwrap_or(u32::MAX);
            bytes.extend_from_slice(Leb::new(figure.into()).as_bytes());
        }
        Ok(bytes)
    }

    fn figures(&self) -> Result<Vec<usize>, PrepareError> {
        let sections = Sections::find(&self.code)?;
        let outline = Outline::read(&mut Facts::new(&self.code, &sections), &sections);
        let data = self.segments(&sections);
        let beginning = Beginning::of(&outline);
        let mut figures = Vec::new();
        reserve(&mut figures, FIGURES)?;
        let Beginning { types, before, kept, placed } = beginning;
        figures.extend([types, before.asked, before.placed, kept.asked, kept.placed, placed]);
        let mut measured = Vec::new();
        reserve(&mut measured, LOADINGS.len())?;
        for loading in LOADINGS {
            let mut facts = Facts::new(&self.code, &sections);
            let outline = Outline::read(&mut facts, &sections);
            let functions = Functions::measure(&mut facts, &sections, outline.sum, loading)?;
            let Rest { peak, kept, holes } = self.load(loading, &outline, &functions, data);
            let largest = peak.largest.max(before.largest);
            figures.extend([peak.asked, peak.placed, largest, kept, holes]);
            measured.push(functions);
        }
        figures.push(entries(&outline));
        let translated = || measured.iter().take(2);
        figures.extend(translated().map(|functions| functions.code.asked));
        let sum = self.instance_sum(&outline, data);
        let InstanceBound { imports, instance } = self.instance(&outline, sum);
        let heap = |heap: Heap| [heap.peak, heap.kept, heap.placed, heap.largest];
        figures.extend(heap(imports).into_iter().chain(heap(instance)));
        if self.start {
            for functions in translated() {
                let mut sum = sum;
                functions.translated(&mut sum);
                figures.extend(heap(sum.into()));
            }
        }
        Ok(figures)
    }
}

/// The bound that these figures are, of a module that starts or does not.
fn read(figures: &[usize], starts: bool, loading: Loading) -> Option<Bound> {
    let (&[types, asked, placed, asked_kept, placed_kept, begun], figures) =
        figures.split_first_chunk()?;
    let bytes = |asked, placed| Bytes { asked, placed, largest: 0 };
    let (before, kept) = (bytes(asked, placed), bytes(asked_kept, placed_kept));
    let beginning = Beginning { types, before, kept, placed: begun };
    let (loads, figures) = figures.split_first_chunk::<{ 3 * 5 }>()?;
    let &[asked, placed, largest, kept, holes] = loads.as_chunks().0.get(place(loading))?;
    let rest = Rest { peak: Bytes { asked, placed, largest }, kept, holes };
    let (&[entries, code, with_fuel], figures) = figures.split_first_chunk()?;
    let (heaps, []) = figures.as_chunks() else { return None };
    let instance = match (heaps, starts) {
        ([_, instance], false) => instance,
        ([_, _, lazy, _], true) if !loading.translates && !loading.fuel => lazy,
        ([_, _, _, lazy], true) if !loading.translates => lazy,
        ([_, instance, _, _], true) => instance,
        _ => return None,
    };
    let heap = |&[peak, kept, placed, largest]: &[usize; 4]| Heap { peak, kept, placed, largest };
    Some(Bound {
        load: beginning.heap(&rest, loading.types),
        instance: InstanceBound { imports: heap(heaps.first()?), instance: heap(instance) },
        entries,
        code: if loading.fuel { with_fuel } else { code },
    })
}
