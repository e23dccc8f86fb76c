"""Pure models of the city: numpy, pandas, scikit-learn, OpenCV; no Dagster, database or environment."""
