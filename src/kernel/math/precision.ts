/**
 * What a description knows of the float type it is written out for. float64 keeps what rounding loses and is good to
 * one ulp; float32 lets it go and is good to four. Fits are minimax: their errors are below 2^-56 in float64 and below
 * 2^-26 in float32.
 */
import { constant, float64 } from '../build.ts';
import type { Scalar } from '../language.ts';

/** A constant as the sum of two; products of the first with small integers are exact. */
interface Split {
  readonly high: number;
  readonly low: number;
}

export interface Precision {
  /** Whether sums and products keep what rounding loses. */
  readonly exact: boolean;
  /** The bits behind the point of a mantissa. */
  readonly mantissaBits: number;
  /** The exponents of normal numbers are those from 1 - bias to bias. */
  readonly bias: number;
  /** Adding it leaves the nearest integer, half to even, in the low bits; subtracting gives it back. */
  readonly roundingShift: number;
  /** Numbers below `least` are scaled by `up` before they are taken apart. */
  readonly subnormal: { readonly least: number; readonly up: number };
  readonly ln2: Split;
  readonly log2OfE: Split;
  readonly log10OfE: Split;
  readonly log10Of2: Split;
  /** Arguments beyond which e^x is infinite or 0, 2^x is, and sinh and cosh are infinite. */
  readonly ends: {
    readonly exp: readonly [underflow: number, overflow: number];
    readonly exp2: readonly [underflow: number, overflow: number];
    readonly hyperbolic: number;
    /** Where erf is 1 to the last digit, and erfc is 0. */
    readonly erf: number;
    readonly erfc: number;
  };
  readonly fits: Fits;
}

/** Coefficients of polynomials, as the files that use them say. */
interface Fits {
  readonly exponential: readonly number[];
  readonly logarithm: readonly number[];
  readonly sinh: readonly number[];
  readonly sine: readonly number[];
  readonly cosine: readonly number[];
  readonly erf: readonly number[];
  readonly logErfc: readonly number[];
  readonly logErfcStart: Split;
  readonly scaledErfc: readonly number[];
  readonly scaledErfcStart: Split;
}

const double: Precision = {
  exact: true,
  mantissaBits: 52,
  bias: 1023,
  roundingShift: 6755399441055744,
  subnormal: { least: 2 ** -1020, up: 54 },
  ln2: { high: 6.9314718036912381649e-1, low: 1.90821492927058770002e-10 },
  log2OfE: { high: 1.4426950365304947, low: 4.3584687174185184e-9 },
  log10OfE: { high: 0.434294480830431, low: 1.0728208431540585e-9 },
  log10Of2: { high: 0.30102999566395283, low: 2.8363394551044964e-14 },
  ends: {
    exp: [-745.1332191019412, 709.782712893384],
    exp2: [-1076, 1024],
    hyperbolic: 710.4758600739439,
    erf: 6,
    erfc: 28,
  },
  fits: {
    exponential: [
      0.16666666666666688, 0.041666666666666845, 0.008333333333312968, 0.0013888888888757107,
      0.00019841269906227868, 2.4801587629922473e-5, 2.755722527164606e-6, 2.7556978784414885e-7,
      2.5115291381030774e-8, 2.101429486132145e-9,
    ],
    logarithm: [
      0.6666666666666734, 0.39999999999417585, 0.28571428741695115, 0.22222198647206118, 0.18183560413926605,
      0.15314150534067678, 0.14794963120678434,
    ],
    sinh: [
      0.16666666666666669, 0.008333333333333139, 0.0001984126984143768, 2.7557319155336553e-6,
      2.5052123398595707e-8, 1.6057240338738506e-10, 7.759312264874539e-13,
    ],
    sine: [
      0.00833333333332237, -0.00019841269829771075, 2.755731367863615e-6, -2.505075595724922e-8,
      1.5896666292783608e-10,
    ],
    cosine: [
      0.0416666666666666, -0.0013888888888874064, 2.4801587289443502e-5, -2.755731434066523e-7,
      2.0875721624474944e-9, -1.1359559367480284e-11,
    ],
    erf: [
      0.1283791670955126, -0.37612638903183715, 0.11283791670952474, -0.026866170644400965,
      0.005223977615103558, -0.000854832616776771, 0.00012055288720535362, -1.4924175139914502e-5,
      1.6430364388535503e-6, -1.5937390634815935e-7, 1.1462977622670605e-8,
    ],
    logErfc: [
      -2.4302197229548383, -0.8265416933338643, -0.04689605455993369, 0.011323339681625041,
      -0.0021439977592746704, 0.00020078815013659484, 5.927675976305931e-5, -3.93504059166958e-5,
      1.2122328170176616e-5, -1.986869987988337e-6, -1.8631846905180482e-7, 2.7215606106318816e-7,
      -1.1437381206458267e-7, 3.211924256122564e-8, -6.609570842180751e-9, 9.932594750023812e-10,
      -1.0362044970924403e-10, 6.706757887049184e-12, -2.0242753108857075e-13,
    ],
    logErfcStart: { high: -1.5328244365985517, low: 4.8651685918349604e-17 },
    scaledErfc: [
      -0.14024059858554702, 0.0035854154854637354, 0.08227673849015037, -0.10880393014171158,
      0.0923043211602298, -0.058693398590406044, 0.028362277420832298, -0.00974657955007496,
      0.0017556258406042436, 0.0002937136195537707, -0.0002901540388448015, 5.1649251166260194e-5,
      2.2384189551702477e-5, -1.144440025832014e-5, -9.736965023633285e-7, 1.7516526793494274e-6,
      -5.657408953636897e-8, -2.578724102339203e-7, 2.2159152229940794e-8, 3.713214316142103e-8,
      -2.822533208088545e-9, -3.881286842973756e-9,
    ],
    scaledErfcStart: { high: 1.2375126308378275, low: 1.0528135614660577e-16 },
  },
};

const single: Precision = {
  exact: false,
  mantissaBits: 23,
  bias: 127,
  roundingShift: 12582912,
  subnormal: { least: 2 ** -124, up: 26 },
  ln2: { high: 0.693359375, low: -2.1219444005469057e-4 },
  log2OfE: { high: 1.4426950216293335, low: 1.925963033500589e-8 },
  log10OfE: { high: 0.4342944920063019, low: -1.0103050118726031e-8 },
  log10Of2: { high: 0.301025390625, low: 4.605038981195214e-6 },
  ends: {
    exp: [-103.9720764160156, 88.72283172607422],
    exp2: [-152, 128],
    hyperbolic: 89.41598510742188,
    erf: 4,
    erfc: 12,
  },
  fits: {
    exponential: [0.16666528582572937, 0.04166725277900696, 0.008368170820176601, 0.0013863955391570926],
    logarithm: [0.6666677594184875, 0.3997756242752075, 0.29871734976768494],
    sinh: [0.1666666716337204, 0.00833331048488617, 0.00019842895562760532, 2.7822131869470468e-6],
    sine: [0.008332747966051102, -0.00019579018407966942],
    cosine: [0.04166664555668831, -0.0013887309469282627, 2.4432336431345902e-5],
    erf: [
      0.12837916612625122, -0.3761261999607086, 0.11283379048109055, -0.026834335178136826,
      0.005113156978040934, -0.0006737583316862583,
    ],
    logErfc: [
      -2.4302196502685547, -0.8265489339828491, -0.04689141362905502, 0.01149628683924675,
      -0.002722863806411624, 0.0009369770414195955, -0.00036467090831138194, 6.711463356623426e-5,
    ],
    logErfcStart: { high: -1.5328243970870972, low: -3.951145450758699e-8 },
    scaledErfc: [
      -0.1402405947446823, 0.0035902129020541906, 0.08227838575839996, -0.10889153182506561,
      0.09223604202270508, -0.058154091238975525, 0.029005970805883408, -0.010770336724817753,
    ],
    scaledErfcStart: { high: 1.2375125885009766, low: 4.23368509e-8 },
  },
};

/** The precision of a description whose values have the dtype of `x`. */
export const precisionOf = ({ dtype }: Scalar): Precision => (dtype === 'float32' ? single : double);

/** What a description does not keep: sums and products with it are not written. */
export const nothing: Scalar = constant('float32', 0);

/** `term` where the description of `like` keeps what rounding loses. */
export const kept = (like: Scalar, term: Scalar): Scalar => (precisionOf(like).exact ? term : nothing);

/** A number beside `like`. */
export const number = (like: Scalar | undefined, value: number): Scalar =>
  like?.dtype === 'float32' ? constant('float32', value) : float64(value);
