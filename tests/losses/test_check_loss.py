"""`check_loss`, on losses with one fault each."""

import warnings

import numpy as np
import pytest
from scipy.special import expit

from sklw2v.losses import Loss, NaiveSoftmax, NegativeSampling, check_loss
from sklw2v.losses._check_cells import N_WORDS, _random_cooccurrence
from sklw2v.losses._check_loss import _random_counts
from tests.losses.examples import BalancedTree, BareTree, Brier, Squared, TemperedSoftmax, balanced_paths, name_of


class WrongSign(Squared):
    def positive(self, scores):
        return 0.5 * (scores - 1.0) ** 2, 1.0 - scores


class RefusesItself(Squared):
    def check(self):
        raise ValueError("scale=-1.0: expected a number above 0")


class WrongFactor(Squared):
    def negative(self, scores):
        return 0.5 * scores**2, 1.0001 * scores


class Overflows(Squared):
    def positive(self, scores):
        return np.log(1.0 + np.exp(-scores)), -1.0 / (1.0 + np.exp(scores))


class OverflowsInSilence(Squared):
    def positive(self, scores):
        with np.errstate(over="ignore"):
            return np.log(1.0 + np.exp(-scores)), -expit(-scores)


class WarnsFarOut(Squared):
    def negative(self, scores):
        if scores.max() > 100.0:
            warnings.warn("far out")
        return super().negative(scores)


class GivesNanGradient(Squared):
    def negative(self, scores):
        return 0.5 * scores**2, np.where(np.abs(scores) < 100.0, scores, np.nan)


class ModifiesScores(Squared):
    def positive(self, scores):
        scores -= 1.0
        return 0.5 * scores**2, scores.copy()


class SumsValues(Squared):
    def positive(self, scores):
        return 0.5 * np.sum((scores - 1.0) ** 2), scores - 1.0


class FlattensGradients(Squared):
    def negative(self, scores):
        return 0.5 * scores**2, scores.ravel()


class ReturnsFloat32(Squared):
    def negative(self, scores):
        return 0.5 * scores**2, scores.astype(np.float32)


class ReturnsValuesOnly(Squared):
    def negative(self, scores):
        return 0.5 * scores**2


class MixesScores(Squared):
    def negative(self, scores):
        shifted = scores - scores.mean()
        return 0.5 * shifted**2, shifted


class DependsOnPosition(Squared):
    def negative(self, scores):
        weights = np.arange(1.0, scores.size + 1).reshape(scores.shape)
        return 0.5 * weights * scores**2, weights * scores


class GradientsDependOnShape(Squared):
    def negative(self, scores):
        return 0.5 * scores**2, scores * scores.ndim


class Jumps(Squared):
    def negative(self, scores):
        return 0.5 * scores**2 + (scores > 20.0), scores.copy()


class GradientOfTailMissing(Squared):
    def negative(self, scores):
        return 0.5 * scores**2, np.clip(scores, -15.0, 15.0)


class LacksNegative:
    form = "pairs"
    exclude_true = False
    positive = Squared.positive
    log_reference = Squared.log_reference


class LacksExcludeTrue:
    form = "pairs"
    positive = Squared.positive
    negative = Squared.negative
    log_reference = Squared.log_reference


class LacksForm(Squared):
    form = None


class OtherForm(Squared):
    form = "triples"


class Unwritten(Loss):
    form = "rows"


class ReferenceOfWrongShape(Squared):
    def log_reference(self, noise):
        return 0.0


class ReferenceNotFinite(Squared):
    def log_reference(self, noise):
        return np.log(noise - noise.max() + 1e-3 * (noise < noise.max()))


class ReferenceModifiesNoise(Squared):
    def log_reference(self, noise):
        return np.log(noise, out=noise).copy()


class RowsWrongSign(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value, -gradients


class RowsWrongFactor(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value, self.temperature * gradients


class RowsOverflow(TemperedSoftmax):
    def rows(self, scores, counts):
        exponentials = np.exp(scores)
        probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
        observed = counts.toarray()
        gradients = observed.sum(axis=1, keepdims=True) * probabilities - observed
        return float(-(observed * np.log(probabilities)).sum()), gradients


class RowsModifyCounts(TemperedSoftmax):
    def rows(self, scores, counts):
        result = super().rows(scores, counts)
        counts.data /= counts.data.max(initial=1.0)
        return result


class RowsMean(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value / len(scores), gradients / len(scores)


class RowsValueEach(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return np.full(len(scores), value), gradients


class RowsFloat64(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value, gradients.astype(np.float64)


class RowsTransposed(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value, gradients.T


class RowsGradientsCoarse(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value, gradients.astype(np.float16).astype(np.float32) if scores.dtype == np.float32 else gradients


class RowsCountLost(TemperedSoftmax):
    def rows(self, scores, counts):
        return super().rows(scores, counts.astype(bool).astype(scores.dtype) if scores.dtype == np.float32 else counts)


class RowsValueInfinite(TemperedSoftmax):
    def rows(self, scores, counts):
        is_far = np.abs(scores).max() > 100
        value, gradients = super().rows(scores, counts)
        return np.inf if is_far else value, gradients


class RowsFailAt(TemperedSoftmax):
    """For the counts of a row whose scores are all the same, far out."""

    far = 1000.0

    def rows(self, scores, counts):
        if ((scores == self.far).all(axis=1) & (counts.sum(axis=1) > 0)).any():
            raise ArithmeticError(f"all {self.far:g}")
        return super().rows(scores, counts)


class RowsFailAtMinus(RowsFailAt):
    far = -1000.0


class OnePairCountsRepeatsOnce(Brier):
    def loss_and_gradients(self, center, outside, context_vectors, negatives):
        return super().loss_and_gradients(center, outside, context_vectors, np.unique(negatives))


class OnePairOfOthersCountsRepeatsOnce(OnePairCountsRepeatsOnce):
    exclude_true = True


class OnePairFancyIndex(Brier):
    def loss_and_gradients(self, center, outside, context_vectors, negatives):
        loss, to_center, _ = super().loss_and_gradients(center, outside, context_vectors, negatives)
        to_contexts = np.zeros_like(context_vectors)
        to_contexts[outside] = self.positive(context_vectors[outside] @ center)[1] * center
        to_contexts[negatives] += np.outer(self.negative(context_vectors[negatives] @ center)[1], center)
        return loss, to_center, to_contexts


class OnePairWrongCenter(TemperedSoftmax):
    def loss_and_gradients(self, center, outside, context_vectors):
        loss, to_center, to_contexts = super().loss_and_gradients(center, outside, context_vectors)
        return loss, to_center + 1e-3, to_contexts


class OnePairSwapsGradients(TemperedSoftmax):
    def loss_and_gradients(self, center, outside, context_vectors):
        loss, to_center, to_contexts = super().loss_and_gradients(center, outside, context_vectors)
        return loss, to_contexts, to_center


class ForgetsItsParameter(TemperedSoftmax):
    def __init__(self, temperature=1.0):
        self.heat = temperature

    temperature = property(lambda self: self.heat, lambda self, value: None)

    def get_params(self, deep=True):
        return {}


class ForgetsItsPower(Brier):
    """Takes a parameter that is none of its constructor's."""

    power = 1

    def positive(self, scores):
        values, gradients = super().positive(scores)
        return self.power * values, self.power * gradients

    def with_attributes(self, **attributes):
        vars(self).update(attributes)
        return self


class ConvertsItsParameter(TemperedSoftmax):
    def __init__(self, temperature=1.0):
        self.temperature = np.float64(temperature) + 0.0


class CellsOf(Squared):
    """Returns what a function makes of the cells."""

    def __init__(self, change):
        self.change = change

    def cells(self, cells, n_negatives):
        return self.change(cells)


class CellsOverwritten(Squared):
    def cells(self, cells, n_negatives):
        cells.weights.data[:] = 1
        return cells


class NoiseOverwritten(Squared):
    def cells(self, cells, n_negatives):
        np.sqrt(cells.noise, out=cells.noise)
        return cells._replace(noise=None)


class LabelsOverwritten(BareTree):
    def cells(self, cells, n_negatives):
        cells.labels[:] = 0.5
        return cells


class LogarithmOfEmptyColumns(Squared):
    def cells(self, cells, n_negatives):
        return cells._replace(offsets=np.log(cells.noise))


class SquareOnly(Squared):
    def cells(self, cells, n_negatives):
        return cells._replace(offsets=np.zeros(cells.weights.shape[0]))


class BiasesOfRowsForOutputs(Squared):
    def cells(self, cells, n_negatives):
        return cells._replace(biases=(np.zeros(cells.weights.shape[0]),) * 2)


class OneShift(Squared):
    def cells(self, cells, n_negatives):
        return cells._replace(cell_offsets=np.array([n_negatives]))


class RowsWithLabels(NaiveSoftmax):
    def cells(self, cells, n_negatives):
        return cells._replace(labels=np.ones(cells.weights.nnz))


class RowsWithPaths(NaiveSoftmax):
    def paths(self, word_counts):
        return np.eye(len(word_counts))


class TreeOf(BareTree):
    """Its paths are what a function makes of balanced ones."""

    def __init__(self, change):
        self.change = change

    def paths(self, word_counts):
        return self.change(balanced_paths(len(word_counts)))


class SameWay(BareTree):
    def paths(self, word_counts):
        return np.ones((len(word_counts), 1))


class PathsByLogarithm(BareTree):
    def paths(self, word_counts):
        np.log(word_counts)
        return balanced_paths(len(word_counts))


class PathsModifyCounts(BareTree):
    def paths(self, word_counts):
        word_counts[:] = 1
        return balanced_paths(len(word_counts))


class TurnsThatAreNoProbabilities(Squared):
    paths = BareTree.paths


class OneTurnTooMany(BareTree):
    def paths(self, word_counts):
        paths = balanced_paths(len(word_counts)).toarray()
        return np.column_stack([paths, np.ones(len(paths))])


class NoOutputs(BareTree):
    def paths(self, word_counts):
        return balanced_paths(len(word_counts))[:, : len(word_counts) - 1]


class OnePairForgetsTheFirstTurn(BalancedTree):
    def loss_and_gradients(self, center, outside, context_vectors, *, paths):
        shorter = paths.toarray()
        shorter[:, 0] = 0
        return super().loss_and_gradients(center, outside, context_vectors, paths=shorter)


class OnePairOfACount(Brier):
    """Its gradients are those of weight 1."""

    def loss_and_gradients(self, center, outside, context_vectors, count):
        loss, *gradients = super().loss_and_gradients(center, outside, context_vectors, np.array([], int))
        return count * loss, *gradients


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (
            CellsOf(lambda cells: None),
            r"CellsOf.cells, for .* \(7, 7\) and n_negatives=1, must return the Cells .* NoneType",
        ),
        (CellsOf(lambda cells: cells.weights), "CellsOf.cells, .* must return the Cells"),
        (CellsOf(lambda cells: cells._replace(labels=2 * np.ones(cells.weights.nnz))), "labels from 0 to 1; got 2.0"),
        (CellsOf(lambda cells: cells._replace(weights=-cells.weights)), "must return weights of at least 0; got -"),
        (CellsOf(lambda cells: cells._replace(weights=cells.weights[1:])), r"csr_array of shape \(7, 7\)"),
        (CellsOverwritten(), "CellsOverwritten.cells, .* must not modify the cells that it is given"),
        (NoiseOverwritten(), "NoiseOverwritten.cells, .* must not modify the cells that it is given"),
        (LabelsOverwritten(), "LabelsOverwritten.cells, .* must not modify the cells that it is given"),
        (LogarithmOfEmptyColumns(), "LogarithmOfEmptyColumns.cells, .* raised FloatingPointError: divide by zero"),
        (SquareOnly(), r"SquareOnly.cells, .* shape \(4, 7\) .* offsets as an array of shape \(7,\); got \(4,\)"),
        (BiasesOfRowsForOutputs(), r"BiasesOfRowsForOutputs.cells, .* \(4, 7\) .* biases\[1\] as an array of shape"),
        (OneShift(), r"OneShift.cells, .* must return cell_offsets as an array of shape"),
        (RowsWithLabels(), "RowsWithLabels.cells, .* must return weights and biases alone, .* 'rows'; got labels"),
        (RowsWithPaths(), "RowsWithPaths.paths raised ValueError: .* for losses of form 'pairs' alone"),
        (TreeOf(lambda paths: 2 * paths), "TreeOf.paths raised ValueError: loss: TreeOf.paths is to hold 1 for a true"),
        (TreeOf(lambda paths: paths[:1]), "TreeOf.paths raised ValueError: .* a row for each of 7 words"),
        (SameWay(), r"SameWay.paths must differ from word to word; words \[0, 1, 2, 3, 4, 5, 6\] have the same"),
        (PathsByLogarithm(), "PathsByLogarithm.paths raised FloatingPointError: divide by zero"),
        (PathsModifyCounts(), "PathsModifyCounts.paths must not modify word_counts"),
        (TurnsThatAreNoProbabilities(), "sum of the probabilities that TurnsThatAreNoProbabilities.paths .* must be 1"),
        (OneTurnTooMany(), "sum of the probabilities that OneTurnTooMany.paths .* a vocabulary of 7.* it must be 1"),
        (NoOutputs(), r"NoOutputs.paths raised ValueError: .* 1 output or more; got shape \(1, 0\)"),
        (OnePairForgetsTheFirstTurn(), "loss of OnePairForgetsTheFirstTurn.* for paths: .* positive and negative give"),
        (OnePairOfACount(), "gradient_center of OnePairOfACount.* central differences give"),
        (WrongSign(), "gradients of WrongSign.positive at score .* central differences give"),
        (RefusesItself(), "RefusesItself.check raised ValueError: scale=-1.0: expected"),
        (WrongFactor(), "gradients of WrongFactor.negative at score .* central differences give"),
        (Overflows(), "Overflows.positive raised FloatingPointError: overflow"),
        (OverflowsInSilence(), "values of OverflowsInSilence.positive for scores from -1000 to 1000 must be finite"),
        (WarnsFarOut(), "WarnsFarOut.negative raised UserWarning: far out"),
        (GivesNanGradient(), "gradients of GivesNanGradient.negative for scores from -1000 to 1000 must be finite"),
        (ModifiesScores(), "ModifiesScores.positive must not modify scores"),
        (SumsValues(), "values of SumsValues.positive .* must be an ndarray; got float64"),
        (FlattensGradients(), r"gradients of FlattensGradients.negative .* must have shape \(6, 10\); got \(60,\)"),
        (ReturnsFloat32(), "gradients of ReturnsFloat32.negative .* must have dtype float64; got float32"),
        (ReturnsValuesOnly(), "ReturnsValuesOnly.negative must return a tuple of two; got ndarray"),
        (MixesScores(), "values of MixesScores.negative at score .* that score alone gives"),
        (DependsOnPosition(), "values of DependsOnPosition.negative at score .* that score alone gives"),
        (GradientsDependOnShape(), "gradients of GradientsDependOnShape.negative .* scores in one dimension give"),
        (Jumps(), "values of Jumps.negative rise by 1.2 from score 20.00 to 20.01, gradients say 0.2"),
        (GradientOfTailMissing(), "values of GradientOfTailMissing.negative rise .* from score -30.00"),
        (LacksNegative(), "LacksNegative must have a method negative, its form being 'pairs'"),
        (LacksExcludeTrue(), "LacksExcludeTrue.exclude_true must be True or False; got None"),
        (LacksForm(), "LacksForm.form must be 'pairs' or 'rows'; got None"),
        (OtherForm(), "OtherForm.form must be 'pairs' or 'rows'; got 'triples'"),
        (Unwritten(), "Unwritten.rows raised NotImplementedError: Unwritten must define rows"),
        (ReferenceOfWrongShape(), "ReferenceOfWrongShape.log_reference returns must be an ndarray; got float"),
        (ReferenceNotFinite(), "ReferenceNotFinite.log_reference raised FloatingPointError"),
        (ReferenceModifiesNoise(), "ReferenceModifiesNoise.log_reference must not modify noise"),
        (RowsWrongSign(), r"gradients of RowsWrongSign.rows at index \(\d, \d\): .* central differences give"),
        (RowsWrongFactor(2.0), "gradients of RowsWrongFactor.rows at index .* central differences give"),
        (RowsOverflow(), r"RowsOverflow.rows at scores of \+-1000 raised FloatingPointError: overflow"),
        (RowsModifyCounts(), "RowsModifyCounts.rows must not modify counts; it changed counts.data"),
        (RowsMean(), "value of RowsMean.rows: .* single rows add up to"),
        (RowsValueEach(), "value of RowsValueEach.rows must be a float, the sum over rows; got ndarray"),
        (RowsValueInfinite(), r"value of RowsValueInfinite.rows at scores of \+-1000 must be finite; got inf"),
        (RowsFailAt(), r"RowsFailAt.rows at scores of \+-1000 raised ArithmeticError: all 1000"),
        (RowsFailAtMinus(), r"RowsFailAtMinus.rows at scores of \+-1000 raised ArithmeticError: all -1000"),
        (RowsFloat64(), "gradients of RowsFloat64.rows for float32 scores must have dtype float32; got float64"),
        (RowsTransposed(), r"gradients of RowsTransposed.rows .* must have shape \(4, 7\); got \(7, 4\)"),
        (RowsGradientsCoarse(), r"gradients of RowsGradientsCoarse.rows for float32 scores at index .* float64 gives"),
        (RowsCountLost(), "value of RowsCountLost.rows for float32 scores: .* float64 gives"),
        (OnePairCountsRepeatsOnce(), r"negatives \[0, 5, 5, 3\]: .* positive and negative give in sum"),
        (OnePairOfOthersCountsRepeatsOnce(), r"negatives \[0, 5, 5, 3\]: .* positive and negative give in sum"),
        (
            OnePairFancyIndex(),
            r"gradient_contexts of OnePairFancyIndex.* at index \([25], \d\): .* central differences",
        ),
        (OnePairWrongCenter(), r"gradient_center of OnePairWrongCenter.* at index \(\d,\): .* central differences"),
        (OnePairSwapsGradients(), r"gradient_center of OnePairSwapsGradients.* must have shape \(4,\); got \(7, 4\)"),
        (ForgetsItsPower().with_attributes(power=2), r"values of clone\(ForgetsItsPower\).positive .* the original"),
        (ForgetsItsPower().with_attributes(exclude_true=True), r"clone\(ForgetsItsPower\).exclude_true must be True"),
        (ForgetsItsParameter(2.0), r"values of clone\(ForgetsItsParameter\).rows: .* the original gives"),
        (ConvertsItsParameter(2.0), r"clone\(ConvertsItsParameter\) raised RuntimeError"),
    ],
    ids=name_of,
)
def test_check_finds_the_fault_and_says_where(loss, message):
    with pytest.raises(AssertionError, match=message):
        check_loss(loss)


@pytest.mark.parametrize("loss", [NegativeSampling, "negative_sampling"])
def test_check_asks_for_an_instance(loss):
    with pytest.raises(AssertionError, match=r"expected an instance of a loss; got .*[Nn]egative"):
        check_loss(loss)


class OffInFloat32(TemperedSoftmax):
    """Its value in single precision is wrong by a share."""

    def __init__(self, share=0.0):
        super().__init__()
        self.share = share

    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value * (1 + self.share * (gradients.dtype == np.float32)), gradients


class OffForContexts(Brier):
    """Its gradients of the context vectors are wrong by so much."""

    def __init__(self, error=0.0):
        self.error = error

    def loss_and_gradients(self, center, outside, context_vectors, negatives):
        loss, to_center, to_contexts = super().loss_and_gradients(center, outside, context_vectors, negatives)
        return loss, to_center, to_contexts + self.error


@pytest.mark.parametrize(
    ("kind", "tolerance", "message"),
    [(OffInFloat32, 1e-4, "value of OffInFloat32.rows"), (OffForContexts, 1e-6, "gradient_contexts of OffForContexts")],
)
def test_errors_up_to_the_tolerance_pass_and_larger_ones_do_not(kind, tolerance, message):
    check_loss(kind(0.7 * tolerance))
    with pytest.raises(AssertionError, match=message):
        check_loss(kind(1.3 * tolerance))


class PairsUpToAThousand(Squared):
    def positive(self, scores):
        assert np.abs(scores).max() <= 1000
        return super().positive(scores)

    negative = positive


class RowsUpToAThousand(TemperedSoftmax):
    def rows(self, scores, counts):
        assert np.abs(scores).max() <= 1000
        return super().rows(scores, counts)


@pytest.mark.parametrize("loss", [PairsUpToAThousand(), RowsUpToAThousand()], ids=name_of)
def test_no_score_beyond_a_thousand_is_asked_for(loss):
    check_loss(loss)


def test_random_counts_are_of_all_sizes_and_one_row_is_empty():
    counts = _random_counts(np.random.RandomState(0), 4).toarray()
    assert set(counts[:-1].ravel()) >= {0.0, 0.5, 1.0, 1.5, 2.0, 2.5}
    assert not counts[-1].any()
    assert counts.shape == (4, N_WORDS)


def test_random_cooccurrence_has_an_empty_row_and_an_empty_column():
    for shape in ((7, 7), (4, 7), (10, 7)):
        counts = _random_cooccurrence(np.random.RandomState(0), shape).toarray()
        assert counts.shape == shape
        assert not counts[1].any()
        assert not counts[:, 2].any()
        assert np.delete(np.delete(counts, 1, axis=0), 2, axis=1).any(axis=0).all()
