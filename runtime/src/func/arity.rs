//! What is written once for each number of parameters.

/// Calls a macro with the type names of every arity that functions may have.
macro_rules! for_each_arity {
    ($call:ident) => {
        $call!();
        $call!(A1);
        $call!(A1 A2);
        $call!(A1 A2 A3);
        $call!(A1 A2 A3 A4);
        $call!(A1 A2 A3 A4 A5);
        $call!(A1 A2 A3 A4 A5 A6);
        $call!(A1 A2 A3 A4 A5 A6 A7);
        $call!(A1 A2 A3 A4 A5 A6 A7 A8);
        $call!(A1 A2 A3 A4 A5 A6 A7 A8 A9);
        $call!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10);
        $call!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11);
        $call!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12);
    };
}

pub(crate) use for_each_arity;
