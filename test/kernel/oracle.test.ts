import { describe, expect, test } from 'vitest';
import type { MathPrim } from '../../src/kernel/prims.ts';
import { oracle } from './oracle.ts';
import type { Real } from './real.ts';
import { abs, add, bitLength, div, magnitude, mul, one, real, scale, sqrt, sub, toNumber } from './real.ts';
import { double, single, ulpsBetween } from './ulps.ts';

/** Forty digits each, from mpmath 1.3 at 400 bits. */
const known: readonly (readonly [MathPrim, readonly number[], string])[] = [
  ['exp', [-37.25], '6.645544172915070539633280106185789357558e-17'],
  ['exp', [0.5], '1.648721270700128146848650787814163571654'],
  ['exp', [700], '1.014232054735004509455329595231267615205e+304'],
  ['expm1', [-9.094947017729282e-13], '-9.094947017725146476087626740486283833361e-13'],
  ['expm1', [0.75], '1.117000016612674668545369819837095610134'],
  ['expm1', [-3], '-9.502129316321360570206575843499382233683e-1'],
  ['log', [0.3], '-1.203972804325936029630180371933723868516'],
  ['log', [1.0000000009313226], '9.313225741817976469000627485243784799078e-10'],
  ['log', [1e300], '6.907755278982137052579021966605136811507e+2'],
  ['log1p', [8.881784197001252e-16], '8.881784197001248379084527239669870938798e-16'],
  ['log1p', [-0.5], '-6.931471805599453094172321214581765680755e-1'],
  ['log1p', [7], '2.079441541679835928251696364374529704227'],
  ['sin', [1e22], '-8.522008497671888017727058937530293682618e-1'],
  ['sin', [3], '1.411200080598672221007448028081102798469e-1'],
  ['sin', [9.313225746154785e-10], '9.313225746154785154903677388422806518822e-10'],
  ['cos', [1e22], '5.232147853951389454975944733847094921409e-1'],
  ['cos', [11], '4.425697988050785748355024723941573225727e-3'],
  ['cos', [0.1], '9.950041652780257655413751988623452563481e-1'],
  ['tan', [100000.0], '-3.577166295289877341133054456893096203778e-2'],
  ['tan', [1.5], '1.410141994717171938764608365198775644566e+1'],
  ['tan', [0.2], '2.027100355086724948797942410521497603713e-1'],
  ['asin', [0.1], '1.001674211615598019246037950514020095803e-1'],
  ['asin', [0.75], '8.480620789814810080529443389984180800734e-1'],
  ['asin', [-0.999], '-1.52607123962616316811638530200677983823'],
  ['acos', [0.1], '1.470628905633336817306717896588349432518'],
  ['acos', [0.75], '7.227342478134156111783773526413333620252e-1'],
  ['acos', [-0.999], '3.096867566421059787347706993646531280329'],
  ['atan', [9.313225746154785e-10], '9.313225746154785153557354776845613038929e-10'],
  ['atan', [1.25], '8.960553845713439561748007180299378270246e-1'],
  ['atan', [-10000000000.0], '-1.570796326694896619231321691640084775432'],
  ['sinh', [9.5367431640625e-7], '9.53674316406394560289664740498375203882e-7'],
  ['sinh', [2], '3.626860407847018767668213982801261704886'],
  ['sinh', [-300], '-9.712131976206279682921044180088496096831e+129'],
  ['cosh', [9.5367431640625e-7], '1.000000000000454747350886498584816375908'],
  ['cosh', [2], '3.762195691083631459562213477773746108294'],
  ['cosh', [-300], '9.712131976206279682921044180088496096831e+129'],
  ['tanh', [9.5367431640625e-7], '9.536743164059608794206706373323853753493e-7'],
  ['tanh', [0.5], '4.621171572600097585023184836436725487303e-1'],
  ['tanh', [-9], '-9.999999695400409744793021111835823975254e-1'],
  ['asinh', [9.5367431640625e-7], '9.536743164061054397103353252400335645037e-7'],
  ['asinh', [2], '1.443635475178810342493276740273105269406'],
  ['asinh', [-1e100], '-2.309516564799645137271192686996545152486e+2'],
  ['acosh', [1.0000000000009095], '1.348699152348506797621894773260353490905e-6'],
  ['acosh', [2], '1.316957896924816708625046347307968444027'],
  ['acosh', [1e100], '2.309516564799645137271192686996545152486e+2'],
  ['atanh', [9.5367431640625e-7], '9.536743164065391205793296256212496983851e-7'],
  ['atanh', [0.5], '5.493061443340548456976226184612628523237e-1'],
  ['atanh', [-0.99], '-2.646652412362245751384246726273545037873'],
  ['erf', [9.5367431640625e-7], '1.076106230826540459573876912119702053909e-6'],
  ['erf', [0.5], '5.204998778130465376827466538919645287365e-1'],
  ['erf', [-3], '-9.999779095030014145586272238704176796202e-1'],
  ['erfc', [-1], '1.842700792949714869341220635082609259296'],
  ['erfc', [3], '2.209049699858544137277612958232037984771e-5'],
  ['erfc', [6.5], '3.842148327120647469875804543768776621449e-20'],
  ['erfc', [26], '5.663192408856142846475727896926092580329e-296'],
  ['exp2', [0.3], '1.231144413344916275025146360092407093706'],
  ['exp2', [-1000.5], '6.599170332783211573062602766116566782417e-302'],
  ['log2', [3], '1.58496250072115618145373894394781650876'],
  ['log2', [1e-300], '-9.965784284662087043249432013269802625861e+2'],
  ['log10', [3], '4.771212547196624372950279032551153092001e-1'],
  ['log10', [2e-300], '-2.996989700043360187939032357997375107958e+2'],
  ['sigmoid', [-30], '9.357622968839298953839562653284984111576e-14'],
  ['sigmoid', [0.5], '6.224593312018545646389005657455084787533e-1'],
  ['sigmoid', [20], '9.999999979388463818097964185691378705254e-1'],
  ['atan2', [-3.0, -0.25], '-1.65393755868333784914199000629053273963'],
  ['pow', [1.0001, -12345.678], '2.909784481991013858966434616732320469794e-1'],
  ['pow', [-3.0, 5.0], '-2.43e+2'],
];

/** A decimal number, to the oracle's precision. */
function decimal(text: string): Real {
  const [digits = '', power = '0'] = text.split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const m = BigInt(whole + fraction);
  const exponent = Number(power) - fraction.length;
  const ten = 10n ** BigInt(Math.abs(exponent));
  return exponent < 0 ? div({ m, e: 0 }, { m: ten, e: 0 }) : { m: m * ten, e: 0 };
}

/** log2 of the relative distance. */
const distance = (a: Real, b: Real): number => {
  const difference = abs(sub(a, b));
  return difference.m === 0n ? -Infinity : magnitude(difference) - magnitude(b);
};

describe('the oracle of the math kernels', () => {
  test.each(known)('%s(%s) has 38 digits right', (name, [x = 0, y = 0], text) => {
    expect(distance(oracle[name](real(x), real(y)), decimal(text))).toBeLessThan(-85);
  });

  test('fmod is exact', () => {
    expect(toNumber(oracle.fmod(real(-7.5), real(2)))).toBe(-1.5);
    expect(toNumber(oracle.fmod(real(1e300), real(7)))).toBe(1e300 % 7);
  });

  test('counts units in the last place, subnormal and infinite ones too', () => {
    const above = add(one, scale(one, -53));
    expect(ulpsBetween(1, above, double)).toBe(0.5);
    expect(ulpsBetween(1, add(one, scale(one, -24)), single)).toBe(0.5);
    expect(ulpsBetween(0, scale(one, -1075), double)).toBe(0.5);
    expect(ulpsBetween(Infinity, scale(one, 1025), double)).toBe(0);
    expect(ulpsBetween(Infinity, real(Number.MAX_VALUE), double)).toBe(1);
    expect(ulpsBetween(Number.NaN, one, double)).toBe(Infinity);
    expect(ulpsBetween(-Infinity, scale(one, 1025), double)).toBe(Infinity);
  });
});

describe('real numbers', () => {
  test.each([0, 1, -1.5, 5e-324, 2 ** -1022, Number.MAX_VALUE, 0.1])('hold the double %d exactly', (x) => {
    expect(toNumber(real(x))).toBe(x);
  });

  test('count bits at powers of two', () => {
    for (const bits of [1, 52, 53, 54, 64, 1000, 1001, 2500]) {
      expect(bitLength(1n << BigInt(bits - 1))).toBe(bits);
      expect(bitLength((1n << BigInt(bits)) - 1n)).toBe(bits);
    }
  });

  test('multiply and divide back, and square back', () => {
    const third = div(one, real(3));
    expect(distance(mul(third, real(3)), one)).toBeLessThan(-140);
    const root = sqrt(real(2));
    expect(distance(mul(root, root), real(2))).toBeLessThan(-140);
  });

  test('add numbers far apart', () => {
    expect(distance(sub(add(one, scale(one, -100)), one), scale(one, -100))).toBe(-Infinity);
    expect(distance(add(scale(one, 2000), one), scale(one, 2000))).toBeLessThan(-140);
  });
});
