//! Alphabets: what short programs are spelled with.

use super::{family::Family, programs::Programs, token::Token, ty::Ty};

/// What programs of one kind are spelled with, and how long they are.
struct Alphabet {
    name: &'static str,
    params: &'static [Ty],
    locals: &'static [Ty],
    length: usize,
    /// One token a line, as [`Token::parse`] reads them.
    tokens: &'static str,
}

use Ty::{F32, F64, Func, I32, I64};

const ALPHABETS: [Alphabet; 9] = [
    Alphabet {
        name: "comparisons",
        params: &[I32, I32],
        locals: &[],
        length: 7,
        tokens: ">i local.get $p0
            >i local.get $p1
            >i i32.const 5
            ii>i i32.add
            ii>i i32.lt_s
            ii>i i32.and
            i>i i32.eqz
            i>i i32.const 0 i32.ne
            iii>i select
            i>i local.tee $p0
            i> local.set $p1
            i>i i64.extend_i32_u i64.eqz
            i>i if (result i32) i32.const 7 else local.get $p1 end
            > block end",
    },
    Alphabet {
        name: "longs",
        params: &[I32, I64],
        locals: &[],
        length: 6,
        tokens: ">i local.get $p0
            >l local.get $p1
            >l i64.const 0
            >i i32.const 1
            i>l i64.extend_i32_u
            i>l i64.extend_i32_s
            l>i i32.wrap_i64
            l>i i64.eqz
            i>i i32.eqz
            ll>l i64.add
            ii>i i32.add
            ll>i i64.lt_u
            lli>l select
            iii>i select
            i>i local.tee $p0
            l>l local.tee $p1
            l> local.set $p1
            >l global.get $gl
            l>l call $id_i64
            li>l i64.extend_i32_u i64.shl",
    },
    Alphabet {
        name: "floats",
        params: &[F32, F64, I32],
        locals: &[],
        length: 6,
        tokens: ">f local.get $p0
            >d local.get $p1
            >i local.get $p2
            >f f32.const -1.5
            f>f f32.abs
            f>f f32.neg
            d>d f64.abs
            d>d f64.neg
            ff>f f32.sub
            f>d f64.promote_f32
            d>f f32.demote_f64
            ff>i f32.lt
            dd>i f64.ge
            i>i i32.eqz
            ffi>f select
            ddi>d select
            f>f local.tee $p0
            d>d local.tee $p1
            i>i local.tee $p2
            i>f f32.convert_i32_s
            f>f call $id_f32",
    },
    Alphabet {
        name: "accesses",
        params: &[I32, I64],
        locals: &[],
        length: 6,
        tokens: ">i local.get $p0
            >l local.get $p1
            >i i32.const 8
            ii>i i32.add
            i>i local.tee $p0
            l>l local.tee $p1
            i> local.set $p0
            i>l i64.extend_i32_u
            i>i i32.load $m0
            i>l i64.load8_s $m0
            i>i i32.load16_u $m1
            i>l i64.load $m0 offset=65536
            ii> i32.store $m0
            il> i64.store $m0
            ii> i32.store16 $m1
            il> i64.store32 $m0 offset=65536
            ii> i32.store8 $m0 offset=65535
            >i memory.size $m0
            i>i i32.eqz",
    },
    Alphabet {
        name: "blocks",
        params: &[I32, I32, I32],
        locals: &[],
        length: 8,
        tokens: ">i local.get $p0
            >i i32.const 5
            ii>i i32.sub
            > i32.const 100 local.set $p0
            i>i local.tee $p0
            i> drop
            block i>i
            block >i
            loop i>i
            if i>i
            else
            end
            br_if 0 local.get $p2 i32.const 1 i32.shr_u local.tee $p2",
    },
    Alphabet {
        name: "values",
        params: &[I32, I32, I32],
        locals: &[I64],
        length: 7,
        tokens: ">i local.get $p0
            >i local.get $p1
            >l local.get $l0
            >i i32.const 5
            ii>i i32.sub
            i>i local.tee $p0
            i> local.set $p1
            i>l i64.extend_i32_s
            block ii>ii
            block >il
            if il>il
            loop ii>ii
            else
            end
            br_if 0 local.get $p2 i32.const 1 i32.shr_u local.tee $p2
            br 0",
    },
    Alphabet {
        name: "tables",
        params: &[I32, I32],
        locals: &[I64],
        length: 8,
        tokens: ">i local.get $p0
            >i i32.const 5
            ii>i i32.sub
            i>i local.tee $p0
            > i32.const 100 local.set $p0
            i>l i64.extend_i32_s
            l>i i32.wrap_i64
            block >ii
            block i>ii
            block >i
            block >l
            end
            br_table 0 1 local.get $p1
            br_table 1 0 local.get $p0
            br_if 1 local.get $p1",
    },
    Alphabet {
        name: "calls",
        params: &[I32, I64],
        locals: &[I32],
        length: 6,
        tokens: ">i local.get $p0
            >l local.get $p1
            >i local.get $l0
            >i i32.const 1
            ii>i i32.sub
            i>i local.tee $p0
            i> local.set $l0
            i>i call $id_i32
            i>il call $two
            ii>ii call $swap
            il>li call $lib_turn
            il>li call $env_turn
            i>i call $lib_i32
            > call $host
            i> call $host_i32
            > call $lib_none
            ii>i call_indirect $t (param i32) (result i32)
            l>l call $id_i64
            iii>i select",
    },
    Alphabet {
        name: "references",
        params: &[I32, I32],
        locals: &[Func, I32],
        length: 6,
        tokens: ">i local.get $p0
            >i local.get $p1
            >r local.get $l0
            >r ref.null func
            >r ref.func $two
            i>r i32.const 3 i32.and table.get $t
            r>i ref.is_null
            i>i i32.eqz
            rri>r select (result funcref)
            r>r local.tee $l0
            r> local.set $l0
            ir> table.set $t
            ri>i i32.const 1 i32.and table.grow $u
            r>r call $id_funcref
            i>i local.tee $p0
            ii>i i32.and",
    },
];

/// The programs of all alphabets.
pub(super) fn families() -> impl Iterator<Item = Box<dyn Family>> {
    ALPHABETS.into_iter().map(|alphabet| {
        let Alphabet { name, params, locals, length, tokens } = alphabet;
        let tokens = tokens.lines().map(Token::parse).collect();
        Box::new(Programs::new(name, params, locals, length, tokens)) as Box<dyn Family>
    })
}
