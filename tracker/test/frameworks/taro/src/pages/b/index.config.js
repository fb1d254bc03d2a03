module.exports = { enableShareAppMessage: true };
